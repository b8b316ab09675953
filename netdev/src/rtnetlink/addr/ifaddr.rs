//! One address (`struct in_ifaddr`, `struct inet6_ifaddr`).

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use bitflags::bitflags;
use softnet_sk_buff::{IfIndex, Instant};

bitflags! {
    /// `IFA_F_*`. Bits without a name here survive.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct AddrFlags: u32 {
        /// Of IPv4: another address of the same prefix was there first (`IFA_F_SECONDARY`). Of IPv6: made up for
        /// privacy (`IFA_F_TEMPORARY`).
        const SECONDARY = 0x1;
        /// Nobody shall look for a duplicate.
        const NODAD = 0x2;
        /// Used while a duplicate is looked for.
        const OPTIMISTIC = 0x4;
        /// Somebody else has it.
        const DADFAILED = 0x8;
        /// Mobile IPv6's home address.
        const HOMEADDRESS = 0x10;
        /// No longer preferred: for connections that there are.
        const DEPRECATED = 0x20;
        /// A duplicate is still looked for: not to be used.
        const TENTATIVE = 0x40;
        /// Valid for ever.
        const PERMANENT = 0x80;
        /// Addresses for privacy shall be made of its prefix.
        const MANAGETEMPADDR = 0x100;
        /// It brings no route to its prefix.
        const NOPREFIXROUTE = 0x200;
        /// A multicast group, to be joined with it.
        const MCAUTOJOIN = 0x400;
        /// Made as RFC 7217 has it.
        const STABLE_PRIVACY = 0x800;

        const _ = !0;
    }
}

/// `RT_SCOPE_*`: how far an address is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Scope(pub u8);

impl Scope {
    /// Everywhere.
    pub const UNIVERSE: Self = Self(0);
    /// In this site.
    pub const SITE: Self = Self(200);
    /// On this link.
    pub const LINK: Self = Self(253);
    /// In this machine.
    pub const HOST: Self = Self(254);
}

/// `IFA_LABEL`: a name for an IPv4 address, the interface's or one that begins with it (`eth0:1`). At most 15 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Label {
    bytes: [u8; Self::MOST],
    len: u8,
}

impl Label {
    /// `IFNAMSIZ`, without the NUL.
    const MOST: usize = 15;

    /// A label of the first 15 of these bytes.
    #[must_use]
    pub fn new(name: &[u8]) -> Self {
        let mut label = Self::default();
        for (to, &from) in label.bytes.iter_mut().zip(name) {
            *to = from;
            label.len = label.len.saturating_add(1);
        }
        label
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The label that follows from this one when the interface becomes `name`, for the `at`th address of it, from 1
    /// (`inetdev_changename`): what follows the colon stays, and the first address has the plain name.
    pub(super) fn renamed(&self, name: &[u8], at: usize) -> Self {
        if at <= 1 {
            return Self::new(name);
        }
        let old = self.as_bytes();
        let made = alloc::format!(":{at}");
        let colon = old.iter().position(|&byte| byte == b':').and_then(|colon| old.get(colon..));
        let tail = colon.unwrap_or(made.as_bytes());
        let kept = name.len().min(Self::MOST.saturating_sub(tail.len()));
        let mut label = Self::new(name.get(..kept).unwrap_or_default());
        for (to, &from) in label.bytes.iter_mut().skip(kept).zip(tail) {
            *to = from;
            label.len = label.len.saturating_add(1);
        }
        label
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

/// An address of an interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ifaddr {
    /// The interface.
    pub dev: IfIndex,
    /// The interface's own address.
    pub local: IpAddr,
    /// The address whose first [`prefix_len`](Self::prefix_len) bits are on the link: `local`, or the other end's.
    /// Always of `local`'s family.
    pub address: IpAddr,
    /// Bits of the prefix.
    pub prefix_len: u8,
    /// How far it is known.
    pub scope: Scope,
    /// What else is to be known of it.
    pub flags: AddrFlags,
    /// The broadcast address, if one was given; IPv4's.
    pub broadcast: Option<Ipv4Addr>,
    /// A name for it; IPv4's.
    pub label: Label,
    /// The metric of the route to its prefix; 0: the usual (`IFA_RT_PRIORITY`).
    pub metric: u32,
    /// Who brought it; 0: nobody said (`IFA_PROTO`).
    pub protocol: u8,
    /// Seconds from `changed` for which it is valid; `None`: for ever.
    pub valid: Option<u32>,
    /// Seconds from `changed` for which it is preferred; `None`: for ever.
    pub preferred: Option<u32>,
    /// When it came.
    pub created: Instant,
    /// When its lifetimes were set.
    pub changed: Instant,
}

impl Ifaddr {
    /// Whether it lives for ever: IPv4 then has no other lifetime either.
    pub(super) fn is_permanent(&self) -> bool {
        let preferred = self.local.is_ipv4() || self.preferred.is_none();
        self.flags.contains(AddrFlags::PERMANENT) && preferred
    }

    /// Seconds that are left, preferred and valid; `u32::MAX` is for ever (`inet_fill_ifaddr`).
    #[must_use]
    pub fn left(&self, now: Instant) -> (u32, u32) {
        if self.is_permanent() {
            return (u32::MAX, u32::MAX);
        }
        let age = now.saturating_since(self.changed).as_secs();
        let left = |of: Option<u32>| match of {
            None => u32::MAX,
            Some(of) => of.saturating_sub(u32::try_from(age).unwrap_or(u32::MAX)),
        };
        // What is preferred for ever is not counted down in Linux, whatever its other lifetime.
        let valid = self.preferred.map_or(self.valid.unwrap_or(u32::MAX), |_| left(self.valid));
        (left(self.preferred), valid)
    }

    /// Whether it is to go by now.
    pub(super) fn has_expired(&self, now: Instant) -> bool {
        !self.is_permanent() && self.valid.is_some_and(|valid| now >= self.after(valid))
    }

    /// Whether it is no longer preferred by now, and nobody has said so yet.
    pub(super) fn is_stale(&self, now: Instant) -> bool {
        !self.is_permanent()
            && !self.flags.contains(AddrFlags::DEPRECATED)
            && self.preferred.is_some_and(|preferred| now >= self.after(preferred))
    }

    /// When it next changes by itself.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if self.is_permanent() {
            return None;
        }
        let preferred = self.preferred.filter(|_| !self.flags.contains(AddrFlags::DEPRECATED));
        let both = [preferred, self.valid].into_iter().flatten();
        both.map(|seconds| self.after(seconds)).min()
    }

    fn after(&self, seconds: u32) -> Instant {
        self.changed + Duration::from_secs(seconds.into())
    }

    /// `inet_ifa_match`: whether `other` is in the prefix.
    pub(super) fn matches(&self, other: Ipv4Addr) -> bool {
        let IpAddr::V4(address) = self.address else { return false };
        // `inet_make_mask`: of no bits, none.
        let mask = u32::MAX.checked_shl(32_u32.saturating_sub(self.prefix_len.into())).unwrap_or(0);
        (address.to_bits() ^ other.to_bits()) & mask == 0
    }

    /// The other end's address, if that is another.
    pub(super) fn peer(&self) -> Option<Ipv6Addr> {
        match (self.local, self.address) {
            (IpAddr::V6(local), IpAddr::V6(address)) if local != address => Some(address),
            _ => None,
        }
    }

    pub(super) fn is_secondary(&self) -> bool {
        self.flags.contains(AddrFlags::SECONDARY)
    }
}

#[cfg(test)]
mod tests {
    use super::Label;

    #[test]
    fn labels_follow_the_interface_s_name() {
        let renamed = |old: &str, name: &str, at| {
            let label = Label::new(old.as_bytes()).renamed(name.as_bytes(), at);
            alloc::string::String::from_utf8(label.as_bytes().to_vec()).unwrap()
        };
        assert_eq!(renamed("eth0:x", "lan", 1), "lan");
        assert_eq!(renamed("eth0:x", "lan", 2), "lan:x");
        assert_eq!(renamed("eth0", "lan", 3), "lan:3");
        // 15 bytes at most: what follows the colon is kept whole.
        assert_eq!(renamed("eth0:backup", "a-longer-name", 2), "a-longer:backup");
        assert_eq!(renamed("eth0:backup", "fifteen-letters", 2), "fifteen-:backup");
        assert_eq!(renamed("eth0:1", "exactly-13-ok", 2), "exactly-13-ok:1");
        assert_eq!(renamed("eth0:1", "exactly-14-too", 2), "exactly-14-to:1");
    }
}
