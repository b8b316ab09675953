//! How strict a check is.

use bitflags::bitflags;

bitflags! {
    /// `enum netlink_validation`: what is refused beyond what a rule refuses.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub struct Strictness: u8 {
        /// `NL_VALIDATE_TRAILING`: bytes behind the last attribute.
        const TRAILING = 1 << 0;
        /// `NL_VALIDATE_MAXTYPE`: types above the highest that is known, and type 0.
        const MAXTYPE = 1 << 1;
        /// `NL_VALIDATE_UNSPEC`: types without a rule.
        const UNSPEC = 1 << 2;
        /// `NL_VALIDATE_STRICT_ATTRS`: numbers longer than they should be.
        const STRICT_ATTRS = 1 << 3;
        /// `NL_VALIDATE_NESTED`: a missing `NLA_F_NESTED`, or one that should not be there.
        const NESTED = 1 << 4;

        /// `NL_VALIDATE_LIBERAL`: as families from before Linux 5.2 are checked.
        const LIBERAL = 0;
        /// `NL_VALIDATE_DEPRECATED_STRICT`.
        const DEPRECATED_STRICT = Self::TRAILING.bits() | Self::MAXTYPE.bits();
        /// `NL_VALIDATE_STRICT`: everything.
        const STRICT = Self::DEPRECATED_STRICT.bits()
            | Self::UNSPEC.bits()
            | Self::STRICT_ATTRS.bits()
            | Self::NESTED.bits();
    }
}
