//! Bits by name or as a map; strings.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/ethtool_netlink.h`. What requests are held to is in
//! [`policy`](super::policy).

use crate::attributes;
use crate::policy::Rule;
use crate::set::{Flag, Nest, Packed, Text};

attributes! {
    /// What a message is about: an interface, and flags. Policies: [`HEADER`](super::policy::HEADER) and its kin.
    pub HeaderSet: HeaderAttr, HeaderAttrBuf {
        /// `ETHTOOL_A_HEADER_DEV_INDEX`: the interface's index.
        DevIndex = 1: u32;
        /// `ETHTOOL_A_HEADER_DEV_NAME`: the interface's name, or another name of it.
        DevName = 2: Text;
        /// `ETHTOOL_A_HEADER_FLAGS`: `ETHTOOL_FLAG_*`: 1 compact bitsets, 2 no reply, 4 statistics.
        Flags = 3: u32;
        /// `ETHTOOL_A_HEADER_PHY_INDEX`: one of several PHYs.
        PhyIndex = 4: u32;
    }
}

attributes! {
    /// A bit of a set. Policy: `bit_policy`.
    pub BitSet: BitAttr, BitAttrBuf {
        /// `ETHTOOL_A_BITSET_BIT_INDEX`: its place.
        Index = 1: u32;
        /// `ETHTOOL_A_BITSET_BIT_NAME`: its name.
        Name = 2: Text;
        /// `ETHTOOL_A_BITSET_BIT_VALUE`: it is on; without a mask every bit that is there is.
        Value = 3: Flag;
    }
}

attributes! {
    /// Bits of a set.
    pub BitsSet: BitsAttr, BitsAttrBuf {
        /// `ETHTOOL_A_BITSET_BITS_BIT`: a bit.
        Bit = 1: Nest<BitSet>;
    }
}

attributes! {
    /// A set of bits, by name or as a map. Policy: `bitset_policy`.
    pub BitsetSet: BitsetAttr, BitsetAttrBuf {
        /// `ETHTOOL_A_BITSET_NOMASK`: a list of what is on, rather than of what is to change.
        Nomask = 1: Flag;
        /// `ETHTOOL_A_BITSET_SIZE`: how many bits there are.
        Size = 2: u32 => Rule::U32.max(32767);
        /// `ETHTOOL_A_BITSET_BITS`: one by one.
        Bits = 3: Nest<BitsSet> => Rule::NESTED;
        /// `ETHTOOL_A_BITSET_VALUE`: as a map: which are on.
        Value = 4: Packed<u32>;
        /// `ETHTOOL_A_BITSET_MASK`: as a map: which are meant.
        Mask = 5: Packed<u32>;
    }
}

attributes! {
    /// A string of a set.
    pub StringSet: StringAttr, StringAttrBuf {
        /// `ETHTOOL_A_STRING_INDEX`: its place.
        Index = 1: u32;
        /// `ETHTOOL_A_STRING_VALUE`: the string.
        Value = 2: Text;
    }
}

attributes! {
    /// Strings of a set.
    pub StringsSet: StringsAttr, StringsAttrBuf {
        /// `ETHTOOL_A_STRINGS_STRING`: a string.
        String = 1: Nest<StringSet>;
    }
}

attributes! {
    /// A set of strings.
    pub StringsetSet: StringsetAttr, StringsetAttrBuf {
        /// `ETHTOOL_A_STRINGSET_ID`: `ETH_SS_*`: which.
        Id = 1: u32;
        /// `ETHTOOL_A_STRINGSET_COUNT`: how many there are.
        Count = 2: u32;
        /// `ETHTOOL_A_STRINGSET_STRINGS`: they.
        Strings = 3: Nest<StringsSet>;
    }
}

attributes! {
    /// Sets of strings.
    pub StringsetsSet: StringsetsAttr, StringsetsAttrBuf {
        /// `ETHTOOL_A_STRINGSETS_STRINGSET`: a set.
        Stringset = 1: Nest<StringsetSet>;
    }
}

attributes! {
    /// `ETHTOOL_MSG_STRSET_*`: names that the kernel has for numbers.
    pub StrsetSet: StrsetAttr, StrsetAttrBuf {
        /// `ETHTOOL_A_STRSET_HEADER`: the interface; none for what all have.
        Header = 1: Nest<HeaderSet>;
        /// `ETHTOOL_A_STRSET_STRINGSETS`: which, or these.
        Stringsets = 2: Nest<StringsetsSet>;
        /// `ETHTOOL_A_STRSET_COUNTS_ONLY`: only how many there are.
        CountsOnly = 3: Flag;
    }
}
