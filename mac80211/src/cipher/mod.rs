//! Ciphers: bodies sealed and opened in place (IEEE 802.11-2020, clause 12.5), and the keys that they are used with.
