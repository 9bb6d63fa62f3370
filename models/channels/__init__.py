"""Channels: one way each of seeing that two companies fit."""
