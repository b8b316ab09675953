//! Robust security network associations: from a passphrase to keys (IEEE 802.11-2020, clause 12.7).
