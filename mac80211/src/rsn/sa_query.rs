//! SA Query: is the association still there, when somebody says in the clear that it is not?
//! (IEEE 802.11-2020, clause 11.13; hostapd's `ap_sta_start_sa_query`, wpa_supplicant's
//! `sme_start_sa_query`.)
//!
//! Both sides ask and answer alike. An access point asks when a station with protected management frames
//! wants to associate anew ([`Procedure::assoc_request`]), a station when it is sent away by a frame that
//! is not protected ([`Procedure::unprot_disconnect`]).
//!
//! ```
//! use softnet_mac80211::rsn::sa_query::{Assoc, Config, Procedure, Received};
//! use softnet_sk_buff::Instant;
//!
//! let now = Instant::ZERO;
//! let mut ap = Procedure::new(Config::default(), 0x59ef);
//! let mut station = Procedure::new(Config::default(), 0x1234);
//! let Assoc::Refuse { comeback, send: Some(request) } = ap.assoc_request(now) else { panic!() };
//! assert_eq!(comeback, 1000);
//! let Received::Answer(response) = station.receive(&request) else { panic!() };
//! assert_eq!(ap.receive(&response), Received::Alive);
//! assert_eq!(ap.poll_at(), None);
//! ```

use core::time::Duration;

use softnet_sk_buff::Instant;

use crate::frame::ReasonCode;
use crate::frame::action::{SaQuery, SaQueryAction};

/// How long to ask, in TU of 1024 µs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Until an unanswered request is followed by another
    /// (dot11AssociationSAQueryRetryTimeout, `assoc_sa_query_retry_timeout`).
    pub retry_timeout: u32,
    /// Until the peer is taken for gone
    /// (dot11AssociationSAQueryMaximumTimeout, `assoc_sa_query_max_timeout`).
    pub max_timeout: u32,
}

impl Default for Config {
    /// 201 and 1000 TU.
    fn default() -> Self {
        Self { retry_timeout: 201, max_timeout: 1000 }
    }
}

/// What an access point does with a request to associate of a station that is associated already.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Assoc {
    /// The station did not answer, so it is another, or has forgotten: associate it anew.
    Accept,
    /// Refuse it for now, with status 30.
    Refuse {
        /// TU for the timeout interval element (`hostapd_eid_assoc_comeback_time`).
        comeback: u32,
        /// A request to send to the station, protected, if one does not wait for its answer already.
        send: Option<SaQueryAction<'static>>,
    },
}

/// What became of an SA Query frame.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Received {
    /// A request: send this, protected.
    Answer(SaQueryAction<'static>),
    /// The answer that was waited for: the association stands.
    Alive,
    /// An answer to nothing, or a frame of another kind.
    Ignored,
}

/// What time brings.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Polled {
    /// Nothing yet.
    Wait,
    /// Send this, protected.
    Send(SaQueryAction<'static>),
    /// No answer: the peer has lost the association. A station leaves with reason
    /// [`PREV_AUTH_NOT_VALID`](ReasonCode::PREV_AUTH_NOT_VALID).
    TimedOut,
}

/// The SA Query procedure with one peer.
#[derive(Debug)]
pub struct Procedure {
    config: Config,
    /// Transaction of the next request.
    next: u16,
    asking: Option<Asking>,
    timed_out: bool,
    /// When a frame in the clear last made this station ask.
    last_unprot: Option<Instant>,
}

/// Requests that wait for an answer: their transactions are numbered on.
#[derive(Clone, Copy, Debug)]
struct Asking {
    first: u16,
    count: u16,
    since: Instant,
    retry_at: Instant,
}

impl Procedure {
    /// Time between two queries that frames in the clear may cause (10 s in wpa_supplicant): anybody can
    /// send such a frame.
    pub const UNPROT_INTERVAL: Duration = Duration::from_secs(10);

    /// Requests are numbered from `transaction` on, which the embedder draws at random. (hostapd draws
    /// each; the standard wants a counter.)
    #[must_use]
    pub const fn new(config: Config, transaction: u16) -> Self {
        Self { config, next: transaction, asking: None, timed_out: false, last_unprot: None }
    }

    /// Whether an answer is waited for.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        self.asking.is_some()
    }

    /// When [`poll`](Self::poll) wants to be called.
    #[must_use]
    pub fn poll_at(&self) -> Option<Instant> {
        self.asking.map(|asking| asking.retry_at)
    }

    /// Asks the peer; `None` while it is being asked.
    #[must_use]
    pub fn start(&mut self, now: Instant) -> Option<SaQueryAction<'static>> {
        if self.is_pending() {
            return None;
        }
        self.timed_out = false;
        Some(self.ask(Asking { first: self.next, count: 0, since: now, retry_at: now }, now))
    }

    /// Lets time pass.
    pub fn poll(&mut self, now: Instant) -> Polled {
        match self.asking.filter(|asking| asking.retry_at <= now) {
            None => Polled::Wait,
            Some(_) if self.give_up(now) => Polled::TimedOut,
            Some(asking) => Polled::Send(self.ask(asking, now)),
        }
    }

    /// Takes an SA Query frame of the peer. It has to have come protected, and not to a group.
    pub fn receive(&mut self, frame: &SaQueryAction<'_>) -> Received {
        match frame {
            SaQueryAction::Request(SaQuery { transaction_id, .. }) => {
                let transaction_id = *transaction_id;
                Received::Answer(SaQueryAction::Response(SaQuery { transaction_id, elements: &[] }))
            }
            SaQueryAction::Response(SaQuery { transaction_id, .. }) => {
                let transaction = u16::from_le_bytes(*transaction_id);
                let waits = self
                    .asking
                    .is_some_and(|asked| transaction.wrapping_sub(asked.first) < asked.count);
                if !waits {
                    return Received::Ignored;
                }
                self.asking = None;
                Received::Alive
            }
            _ => Received::Ignored,
        }
    }

    /// At an access point: the station, associated with protected management frames, wants to associate
    /// (`check_sa_query`).
    pub fn assoc_request(&mut self, now: Instant) -> Assoc {
        if self.timed_out || self.give_up(now) {
            return Assoc::Accept;
        }
        let send = self.start(now);
        let passed = self.asking.map_or(0, |asking| whole_tu(now, asking.since));
        let left = self.config.max_timeout.saturating_sub(passed);
        // One more than is left, for who counts a little faster.
        let comeback = left.saturating_add(1).min(self.config.max_timeout);
        Assoc::Refuse { comeback, send }
    }

    /// At an access point: the station is associated, so that it is to be asked again the next time.
    pub const fn associated(&mut self) {
        self.timed_out = false;
        self.asking = None;
    }

    /// At a station: the access point's address sent it away in the clear
    /// (`sme_event_unprot_disconnect`). A request to send, if the reason is one of somebody who does not
    /// know us, nothing is asked yet, and the last such frame is long enough ago.
    #[must_use]
    pub fn unprot_disconnect(
        &mut self,
        reason: ReasonCode,
        now: Instant,
    ) -> Option<SaQueryAction<'static>> {
        let forgotten = matches!(
            reason,
            ReasonCode::CLASS2_FRAME_FROM_NONAUTH_STA
                | ReasonCode::CLASS3_FRAME_FROM_NONASSOC_STA
                | ReasonCode::FOURWAY_HANDSHAKE_TIMEOUT
        );
        let recent = self
            .last_unprot
            .is_some_and(|last| now.saturating_since(last) <= Self::UNPROT_INTERVAL);
        if !forgotten || recent || self.is_pending() {
            return None;
        }
        self.last_unprot = Some(now);
        self.start(now)
    }

    fn ask(&mut self, asking: Asking, now: Instant) -> SaQueryAction<'static> {
        let transaction_id = self.next.to_le_bytes();
        self.next = self.next.wrapping_add(1);
        let retry_at = now + Duration::from_micros(u64::from(self.config.retry_timeout) * 1024);
        let count = asking.count.saturating_add(1);
        self.asking = Some(Asking { count, retry_at, ..asking });
        SaQueryAction::Request(SaQuery { transaction_id, elements: &[] })
    }

    /// Whether time is over (`ap_check_sa_query_timeout`).
    fn give_up(&mut self, now: Instant) -> bool {
        let over = |asking: Asking| whole_tu(now, asking.since) > self.config.max_timeout;
        if !self.asking.is_some_and(over) {
            return false;
        }
        self.asking = None;
        self.timed_out = true;
        true
    }
}

/// Whole TU between two times.
fn whole_tu(now: Instant, since: Instant) -> u32 {
    u32::try_from(now.saturating_since(since).as_micros() / 1024).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    const TU: Duration = Duration::from_micros(1024);

    fn id(action: &SaQueryAction<'_>) -> u16 {
        match action {
            SaQueryAction::Request(query) | SaQueryAction::Response(query) => {
                u16::from_le_bytes(query.transaction_id)
            }
            _ => panic!("{action:?}"),
        }
    }

    /// An AP that asks at once, with the number 0xffff.
    fn asking(now: Instant) -> (Procedure, SaQueryAction<'static>) {
        let mut ap = Procedure::new(Config::default(), 0xffff);
        let Assoc::Refuse { comeback: 1000, send: Some(request) } = ap.assoc_request(now) else {
            panic!()
        };
        (ap, request)
    }

    #[test]
    fn five_requests_and_then_it_is_gone() {
        let start = Instant::from_millis(77);
        let (mut ap, request) = asking(start);
        let mut sent = Vec::from([(0, id(&request))]);
        loop {
            let now = ap.poll_at().unwrap();
            assert_eq!(ap.poll(now - Duration::from_nanos(1)), Polled::Wait);
            let tu = (now.saturating_since(start).as_micros() / 1024) as u32;
            match ap.poll(now) {
                Polled::Send(request) => sent.push((tu, id(&request))),
                Polled::TimedOut => {
                    assert_eq!(tu, 1005);
                    break;
                }
                Polled::Wait => panic!(),
            }
        }
        assert_eq!(sent, [(0, 0xffff), (201, 0), (402, 1), (603, 2), (804, 3)]);
        assert_eq!((ap.poll_at(), ap.is_pending()), (None, false));
        // Now it may associate, and is asked again the next time.
        let now = start + TU * 2000;
        assert_eq!(ap.assoc_request(now), Assoc::Accept);
        ap.associated();
        assert!(matches!(ap.assoc_request(now), Assoc::Refuse { comeback: 1000, send: Some(_) }));
    }

    #[test]
    fn any_request_of_a_query_may_be_answered_and_none_of_another() {
        let (mut ap, first) = asking(Instant::ZERO);
        let second = match ap.poll(Instant::ZERO + TU * 201) {
            Polled::Send(request) => request,
            other => panic!("{other:?}"),
        };
        let mut station = Procedure::new(Config::default(), 7);
        for request in [first, second] {
            let mut ap = Procedure { asking: ap.asking, ..Procedure::new(Config::default(), 1) };
            let Received::Answer(answer) = station.receive(&request) else { panic!() };
            assert_eq!(id(&answer), id(&request));
            assert_eq!(ap.receive(&answer), Received::Alive);
            // Once is enough.
            assert_eq!(ap.receive(&answer), Received::Ignored);
        }
        for wrong in [0xfffe_u16, 1, 0x7fff] {
            let transaction_id = wrong.to_le_bytes();
            let answer = SaQueryAction::Response(SaQuery { transaction_id, elements: &[] });
            assert_eq!(ap.receive(&answer), Received::Ignored);
        }
        assert!(ap.is_pending());
    }

    #[test]
    fn comeback_time_counts_down() {
        let (mut ap, _) = asking(Instant::ZERO);
        for (tu, expected) in [(0, 1000), (1, 1000), (2, 999), (500, 501), (1000, 1)] {
            let answer = ap.assoc_request(Instant::ZERO + TU * tu);
            assert_eq!(answer, Assoc::Refuse { comeback: expected, send: None }, "{tu}");
        }
        // Asked too late, it does not wait for its timer.
        assert_eq!(ap.assoc_request(Instant::ZERO + TU * 1001), Assoc::Accept);
    }

    #[test]
    fn a_station_asks_when_it_is_sent_away_in_the_clear() {
        let mut station = Procedure::new(Config::default(), 3);
        let at = |seconds| Instant::ZERO + Duration::from_secs(seconds);
        assert_eq!(station.unprot_disconnect(ReasonCode(3), at(1)), None);
        for (reason, seconds) in [(6, 1), (7, 12), (15, 23)] {
            let request = station.unprot_disconnect(ReasonCode(reason), at(seconds)).unwrap();
            assert_eq!(station.unprot_disconnect(ReasonCode(7), at(seconds)), None);
            let mut ap = Procedure::new(Config::default(), 0);
            let Received::Answer(answer) = ap.receive(&request) else { panic!() };
            assert_eq!(station.receive(&answer), Received::Alive);
            // Ten seconds are not over.
            assert_eq!(station.unprot_disconnect(ReasonCode(7), at(seconds + 10)), None);
        }
    }
}
