//! Elements of management frames: how they are found and what they say (IEEE 802.11-2020, clause 9.4.2).
