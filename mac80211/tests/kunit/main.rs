//! Linux's KUnit cases told again, under their names. The numbers are theirs; the words are ours.
#![allow(clippy::unwrap_used)]

mod elems;
mod fragmentation;
mod s1g_tim;
mod scan;
mod tpe;
mod ttlm;
