"""What the law asks for: opposition, access, erasure, retention, the register of processing."""
