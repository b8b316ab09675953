//! Linux's KUnit cases told again, under their names. The numbers are theirs; the words are ours.

mod fragmentation;
