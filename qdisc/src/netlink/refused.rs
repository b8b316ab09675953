//! What a tree refuses, in Linux's numbers and words.

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::wire::Flags;

use super::request::TcRequest;
use crate::tree::{Parent, TreeError};
use crate::{ConfigError, Handle};

/// Says why nothing was changed. `there`: the number of what the request was about.
pub(super) fn refused(
    why: &TreeError,
    request: &TcRequest<'_>,
    there: Option<Handle>,
    extack: &mut ExtAck,
) -> Errno {
    let (errno, words) = match why {
        TreeError::UnknownQdisc(_) if request.parent() == Parent::Unspecified => {
            (Errno::ENOENT, "Specified qdisc not found")
        }
        TreeError::UnknownQdisc(_) => (Errno::ENOENT, "Failed to find specified qdisc"),
        TreeError::UnknownClass(_) => (Errno::ENOENT, "Specified class not found"),
        TreeError::NothingThere => {
            (Errno::ENOENT, "Qdisc not found. To create specify NLM_F_CREATE flag")
        }
        TreeError::Exists => {
            let other = there != Some(request.handle()) && request.head.handle != 0;
            let replace = request.message.flags().contains(Flags::REPLACE);
            let words = match other && !replace {
                true => "NLM_F_REPLACE needed to override",
                false => "Exclusivity flag on, cannot modify",
            };
            (Errno::EEXIST, words)
        }
        TreeError::Moves(_) => {
            (Errno::EINVAL, "Cannot move an existing qdisc to a different parent")
        }
        TreeError::OtherKind(_) => (Errno::EINVAL, "Invalid qdisc name"),
        TreeError::NoKind => (Errno::ENOENT, "Specified qdisc kind is unknown"),
        TreeError::NoHandle => (Errno::EINVAL, "Handle cannot be zero"),
        TreeError::OtherHandle(_) => (Errno::EINVAL, "Invalid handle"),
        TreeError::TooDeep => (Errno::E2BIG, "Qdisc hierarchy is too deep"),
        TreeError::SizeTableBelowRoot => (Errno::EINVAL, "STAB not supported on a non root"),
        TreeError::WrongEnd if request.parent() == Parent::Ingress => {
            (Errno::EINVAL, "Specified parent ID is reserved for ingress and clsact Qdiscs")
        }
        TreeError::WrongEnd => return Errno::EOPNOTSUPP,
        TreeError::NoHandleLeft => (Errno::ENOSPC, "Maximum number of qdisc handles was exceeded"),
        TreeError::Config(ConfigError::NoQueue) => {
            (Errno::EINVAL, "Cannot assign noqueue to a class")
        }
        _ => return Errno::EINVAL,
    };
    extack.say(words);
    errno
}
