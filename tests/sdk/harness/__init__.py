"""What the tests stand on: the server as a process, stores, people, and a relay that loses answers."""
