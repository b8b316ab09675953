//! 1/√n for n below 16 as fractions of 2³², from Linux 6.12's `sch_cake.c` (dual BSD/GPL); 0 counts
//! as 1. Linux up to 6.7 iterated less and had 3035289760 for 2, one packet in some thousands away.

pub(super) const INV_SQRT: [u32; 16] = [
    4_294_967_295,
    4_294_967_295,
    3_037_000_500,
    2_479_700_525,
    2_147_483_647,
    1_920_767_767,
    1_753_413_056,
    1_623_345_051,
    1_518_500_250,
    1_431_655_765,
    1_358_187_914,
    1_294_981_364,
    1_239_850_263,
    1_191_209_601,
    1_147_878_294,
    1_108_955_788,
];
