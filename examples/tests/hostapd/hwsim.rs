//! The air of a Linux with simulated radios: what its radios send comes to us, what we send they receive
//! (`drivers/net/wireless/virtual/mac80211_hwsim.h`).

use core::time::Duration;
use std::os::fd::AsFd;
use std::time::Instant;

use netlink_sys::{Socket, SocketAddr};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use softnet_netlink::wire::{Attrs, Body, Flags, Header, Messages, Writer};

const GENERIC: isize = 16;
/// `GENL_ID_CTRL`, `CTRL_CMD_GETFAMILY`, `CTRL_ATTR_FAMILY_ID`, `CTRL_ATTR_FAMILY_NAME`.
const CTRL: u16 = 16;
const GET_FAMILY: u8 = 3;
const FAMILY_ID: u16 = 1;
const FAMILY_NAME: u16 = 2;

/// `HWSIM_CMD_*`.
const REGISTER: u8 = 1;
const FRAME: u8 = 2;
const TX_INFO_FRAME: u8 = 3;

/// `HWSIM_ATTR_*`.
const RECEIVER: u16 = 1;
const TRANSMITTER: u16 = 2;
const BYTES: u16 = 3;
const FLAGS: u16 = 4;
const RX_RATE: u16 = 5;
const SIGNAL: u16 = 6;
const TX_INFO: u16 = 7;
const COOKIE: u16 = 8;
const FREQ: u16 = 19;

/// `HWSIM_TX_STAT_ACK`.
const ACKED: u32 = 4;
const DBM: i32 = -40;

/// The air, and the radio that was heard last.
pub(crate) struct Hwsim {
    socket: Socket,
    family: u16,
    radio: Vec<u8>,
    freq: u32,
}

impl Hwsim {
    /// Takes the air from the kernel, which otherwise lets its radios hear each other.
    pub(crate) fn open() -> Self {
        let mut socket = Socket::new(GENERIC).unwrap();
        socket.bind_auto().unwrap();
        let mut hwsim = Self { socket, family: CTRL, radio: Vec::new(), freq: 0 };
        hwsim.send(GET_FAMILY, |body| body.string(FAMILY_NAME, b"MAC80211_HWSIM"));
        let (bytes, _) = hwsim.socket.recv_from_full().unwrap();
        let found = attributes(&bytes).find_map(|(_, attrs)| attrs.find(FAMILY_ID)?.u16());
        hwsim.family = found.expect("a kernel with mac80211_hwsim");
        hwsim.send(REGISTER, |_| Ok(()));
        hwsim
    }

    fn send(
        &self,
        command: u8,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), softnet_netlink::wire::WriteError>,
    ) {
        let mut bytes = [0; 8192];
        let mut writer = Writer::new(&mut bytes);
        let message = writer.message(Header::new(self.family, Flags::REQUEST), |body| {
            body.fixed(&[command, 1, 0, 0])?;
            fill(body)
        });
        message.unwrap();
        self.socket.send_to(writer.as_bytes(), &SocketAddr::new(0, 0), 0).unwrap();
    }

    /// The next frame of a radio, acknowledged if it is to one receiver; `None` after `wait`.
    pub(crate) fn hear(&mut self, wait: Duration) -> Option<Vec<u8>> {
        let end = Instant::now() + wait;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let left =
                Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
            let ready = poll(&mut [PollFd::new(&self.socket.as_fd(), PollFlags::IN)], Some(&left));
            if ready.unwrap() == 0 {
                return None;
            }
            let (bytes, _) = self.socket.recv_from_full().unwrap();
            let heard = attributes(&bytes).find(|&(command, _)| command == FRAME);
            if let Some((_, attrs)) = heard {
                return Some(self.take(attrs));
            }
        }
    }

    fn take(&mut self, attrs: Attrs<'_>) -> Vec<u8> {
        let value = |kind| attrs.find(kind).map(|attr| attr.value()).unwrap_or_default();
        self.radio = value(TRANSMITTER).to_vec();
        self.freq = attrs.find(FREQ).and_then(|freq| freq.u32()).unwrap_or_default();
        let frame = value(BYTES).to_vec();
        let to_one = frame.get(4).is_some_and(|first| first & 1 == 0);
        let flags = attrs.find(FLAGS).and_then(|flags| flags.u32()).unwrap_or_default();
        let flags = flags | if to_one { ACKED } else { 0 };
        self.send(TX_INFO_FRAME, |body| {
            body.attr(TRANSMITTER, value(TRANSMITTER))?;
            body.value(FLAGS, &flags)?;
            body.attr(COOKIE, value(COOKIE))?;
            body.value(SIGNAL, &DBM)?;
            body.attr(TX_INFO, value(TX_INFO))
        });
        frame
    }

    /// Lets the radio that was heard last receive a frame.
    pub(crate) fn say(&self, frame: &[u8]) {
        self.send(FRAME, |body| {
            body.attr(RECEIVER, &self.radio)?;
            body.attr(BYTES, frame)?;
            body.value(RX_RATE, &4_u32)?;
            body.value(SIGNAL, &DBM)?;
            body.value(FREQ, &self.freq)
        });
    }
}

/// Command and attributes of each generic message in a datagram.
fn attributes(bytes: &[u8]) -> impl Iterator<Item = (u8, Attrs<'_>)> {
    // 16 and above: what is not netlink's own.
    let messages = Messages::new(bytes).map_while(Result::ok).filter(|it| it.kind() >= 16);
    messages.map(|message| (message.fixed::<[u8; 4]>()[0], message.attrs(4)))
}
