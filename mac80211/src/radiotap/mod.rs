//! Radiotap headers: what a card says about a frame, in front of it (<https://www.radiotap.org>).
