//! Error numbers: what a kernel says no with.

use core::fmt;

use thiserror::Error;

use crate::wire::WriteError;

/// An error number, as an answer carries it.
///
/// Any number from 1 to 4095 (`MAX_ERRNO`) can be one; those that netlink and its families use have names here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub struct Errno(u16);

impl Errno {
    const MAX: u16 = 4095;

    /// `number` as an error number, `None` where none is that.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number == 0 || number > Self::MAX { None } else { Some(Self(number)) }
    }

    /// What the `error` of an answer says: below zero. `None` for 0, which is success, and for what is no
    /// error number.
    #[must_use]
    pub fn from_wire(error: i32) -> Option<Self> {
        u16::try_from(error.unsigned_abs()).ok().filter(|_| error < 0).and_then(Self::new)
    }

    /// As the `error` of an answer: below zero.
    #[must_use]
    pub const fn to_wire(self) -> i32 {
        -(self.0 as i32)
    }

    /// The number itself, above zero.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl From<WriteError> for Errno {
    /// What `nla_put` and `nlmsg_put` fail with, whatever the reason.
    fn from(_: WriteError) -> Self {
        Self::EMSGSIZE
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "errno {}", self.0),
        }
    }
}

macro_rules! errnos {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        impl Errno {
            $($(#[$doc])* pub const $name: Self = Self($number);)*

            /// Its name, where it has one here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

// Linux's numbers as on x86, arm and RISC-V (include/uapi/asm-generic/errno.h); alpha, mips, parisc and sparc
// have others above 34.
errnos! {
    /// Not permitted.
    EPERM = 1;
    /// No such thing.
    ENOENT = 2;
    /// No such process; in netlink, no listener, and no such route.
    ESRCH = 3;
    /// Interrupted; from a handler: a dump has begun, there is nothing to acknowledge.
    EINTR = 4;
    /// Input or output failed.
    EIO = 5;
    /// No such device or address.
    ENXIO = 6;
    /// The list is too long.
    E2BIG = 7;
    /// No such open file: the socket is closed.
    EBADF = 9;
    /// Try again.
    EAGAIN = 11;
    /// No memory.
    ENOMEM = 12;
    /// Access denied.
    EACCES = 13;
    /// A bad address.
    EFAULT = 14;
    /// Busy.
    EBUSY = 16;
    /// It exists.
    EEXIST = 17;
    /// Across devices.
    EXDEV = 18;
    /// No such device.
    ENODEV = 19;
    /// Invalid.
    EINVAL = 22;
    /// Too many open files.
    ENFILE = 23;
    /// No space left.
    ENOSPC = 28;
    /// Out of range.
    ERANGE = 34;
    /// The name is too long.
    ENAMETOOLONG = 36;
    /// Too many levels.
    ELOOP = 40;
    /// No data.
    ENODATA = 61;
    /// Too large for its type.
    EOVERFLOW = 75;
    /// No destination address.
    EDESTADDRREQ = 89;
    /// The message is too long; of a writer: it is full.
    EMSGSIZE = 90;
    /// No such protocol option.
    ENOPROTOOPT = 92;
    /// The protocol is not supported.
    EPROTONOSUPPORT = 93;
    /// The type of socket is not supported.
    ESOCKTNOSUPPORT = 94;
    /// The operation is not supported.
    EOPNOTSUPP = 95;
    /// The address family is not supported.
    EAFNOSUPPORT = 97;
    /// The address is in use.
    EADDRINUSE = 98;
    /// The address cannot be had.
    EADDRNOTAVAIL = 99;
    /// The network is down.
    ENETDOWN = 100;
    /// The network cannot be reached.
    ENETUNREACH = 101;
    /// No buffers: messages were lost.
    ENOBUFS = 105;
    /// Not connected.
    ENOTCONN = 107;
    /// Nobody is there, or they don't want to be talked to.
    ECONNREFUSED = 111;
    /// The host cannot be reached.
    EHOSTUNREACH = 113;
    /// It is under way already.
    EALREADY = 114;
    /// It is under way.
    EINPROGRESS = 115;
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::Errno;

    #[test]
    fn an_error_on_the_wire_is_below_zero() {
        assert_eq!(Errno::EINVAL.to_wire(), -22);
        assert_eq!(Errno::from_wire(-34), Some(Errno::ERANGE));
        for other in [0, 22, -4096, i32::MIN, i32::MAX] {
            assert_eq!(Errno::from_wire(other), None, "{other}");
        }
        assert_eq!(Errno::from_wire(-4095).map(Errno::number), Some(4095));
    }

    #[test]
    fn one_without_a_name_is_shown_by_number() {
        assert_eq!(
            format!("{}, {:?}", Errno::EOPNOTSUPP, Errno::new(77)),
            "EOPNOTSUPP, Some(errno 77)"
        );
    }
}
