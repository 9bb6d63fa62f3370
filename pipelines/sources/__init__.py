"""From files of the outside world to checked rows in the store; wrong rows are set apart."""
