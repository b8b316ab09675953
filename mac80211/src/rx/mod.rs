//! What becomes of a frame that was received (`net/mac80211/rx.c`), so far as no interface is needed for it.
