//! Mallory: she hears everything, can send as anybody, and has no key.

use softnet_examples::failure::Failure;
use softnet_examples::text::Text;
use softnet_examples::wifi::{Heard, Side, malformed, msdu};
use softnet_mac80211::RxDrop;
use softnet_mac80211::frame::management::{Deauth, Management};
use softnet_mac80211::frame::{HeaderFields, ReasonCode, SeqCtrl};
use softnet_sk_buff::EtherType;

use crate::keys::MESSAGE_3;
use crate::talk::echo;
use crate::world::{STATION, World};

/// What she sent, and what became of it.
pub(crate) struct Attempt {
    what: &'static str,
    became: Became,
}

enum Became {
    Refused(RxDrop),
    /// By something above the receiver.
    Ignored(String),
    Taken(&'static str),
}

impl World<'_> {
    /// One attempt after the other.
    pub(crate) fn attacks(&mut self) -> Result<Vec<Attempt>, Failure> {
        let ping = self.heard_last("Ping")?;
        let again = altered(&ping, |header| {
            header.frame_control = header.frame_control.with_retry(true);
        })?;
        let later = altered(&ping, |header| header.seq_ctrl = SeqCtrl::new(2000, 0))?;
        let mut renumbered = later.clone();
        // The highest byte of the packet number, behind a header with QoS control.
        if let Some(highest) = renumbered.get_mut(26 + 7) {
            *highest = 1;
        }
        let mut attempts = vec![
            self.attempt("the ping once more, as a retry", &again),
            self.attempt("the ping under a new sequence number", &later),
            self.attempt("and under a higher packet number", &renumbered),
            self.cleartext(),
        ];
        attempts.push(self.aggregated()?);
        attempts.push(self.mixed_fragments()?);
        attempts.push(self.message_3()?);
        attempts.push(self.deauthentication());
        Ok(attempts)
    }

    /// The frame that was on the air under these words.
    fn heard_last(&self, what: &str) -> Result<Vec<u8>, Failure> {
        let passed = self.air.passed.iter().rev().find(|passed| passed.what.starts_with(what));
        let missing = || Failure::broken(what, "was not on the air");
        passed.map(|passed| passed.frame.clone()).ok_or_else(missing)
    }

    /// Something to the access point, in the station's name.
    fn attempt(&mut self, what: &'static str, frame: &[u8]) -> Attempt {
        let became = match self.hear(Side::Station, frame, format!("Mallory: {what}")) {
            Err(why) => Became::Refused(why),
            Ok(_) => Became::Taken("taken"),
        };
        Attempt { what, became }
    }

    /// CVE-2020-26140.
    fn cleartext(&mut self) -> Attempt {
        let header = self.station.header(self.ap.own, EtherType::IPV4);
        let body = msdu(EtherType::IPV4, &echo(Side::Station, b"let me in"));
        let frame = [&header.to_bytes()[..], &body].concat();
        self.attempt("data in the clear (CVE-2020-26140)", &frame)
    }

    /// CVE-2020-24588: the flag is not covered by the integrity code, so a packet that was made for it would
    /// fall apart into frames of her choice.
    fn aggregated(&mut self) -> Result<Attempt, Failure> {
        let packet = echo(Side::Station, b"kept from the access point");
        let frame = self.station.data(self.ap.own, EtherType::IPV4, &packet)?;
        let flagged = altered(&frame, |header| {
            header.qos_ctrl = header.qos_ctrl.with_a_msdu_present(true);
        })?;
        Ok(self.attempt("a frame with its A-MSDU flag set (CVE-2020-24588)", &flagged))
    }

    /// CVE-2020-26147: the rest of a frame whose beginning was encrypted.
    fn mixed_fragments(&mut self) -> Result<Attempt, Failure> {
        let body = msdu(EtherType::IPV4, &echo(Side::Station, b"a frame in two parts"));
        let (first, rest) = body.split_at(body.len() / 2);
        let mut header = self.station.header(self.ap.own, EtherType::IPV4);
        let whole = header.frame_control;
        header.frame_control = whole.with_more_fragments(true);
        let fragment = self.station.sealed(&header, first)?;
        self.send(Side::Station, &fragment, "the first half of a frame")?;
        header.frame_control = whole;
        header.seq_ctrl = SeqCtrl::new(header.seq_ctrl.sn(), 1);
        let forged = [&header.to_bytes()[..], rest].concat();
        Ok(self.attempt("its second half in the clear (CVE-2020-26147)", &forged))
    }

    /// What KRACK hopes for (CVE-2017-13077): the key set once more, its packet numbers from 1 again.
    fn message_3(&mut self) -> Result<Attempt, Failure> {
        let what = "message 3 once more (KRACK, CVE-2017-13077)";
        let message = self.heard_last(MESSAGE_3)?;
        let frame = altered(&message, |header| header.seq_ctrl = SeqCtrl::new(3000, 0))?;
        let heard = self.hear(Side::Ap, &frame, format!("Mallory: {what}"));
        let frames = match heard {
            Err(why) => return Ok(Attempt { what, became: Became::Refused(why) }),
            Ok(Heard::Data(frames, _)) => frames,
            Ok(_) => Vec::new(),
        };
        let nonce = self.lots.bytes();
        let supplicant = self.handshake.as_mut().map(|(supplicant, _)| supplicant);
        let answer = supplicant.zip(frames.first()).map(|(supplicant, (_, eapol))| {
            supplicant.eapol(eapol, false, nonce).err().map(|why| why.to_string())
        });
        let became = match answer {
            Some(Some(why)) => Became::Ignored(format!("ignored by the supplicant: {why}")),
            _ => Became::Taken("answered"),
        };
        Ok(Attempt { what, became })
    }

    /// To the station, in the access point's name.
    fn deauthentication(&mut self) -> Attempt {
        let what = "deauthentication in the clear";
        let reason = ReasonCode::DEAUTH_LEAVING;
        let body = Management::Deauth(Deauth { reason, elements: &[] });
        let frame = self.ap.management(STATION, &body);
        let became = match self.hear(Side::Ap, &frame, format!("Mallory: {what}")) {
            Err(why) => Became::Refused(why),
            Ok(_) => Became::Taken("obeyed: it would leave. WPA3 protects such frames"),
        };
        Attempt { what, became }
    }
}

/// What stands in brackets behind it is for those who look it up.
fn first_sentence(text: &str) -> &str {
    text.split_once(" (").map_or(text, |(sentence, _)| sentence)
}

/// The same frame with another header of the same length.
fn altered(frame: &[u8], change: impl FnOnce(&mut HeaderFields)) -> Result<Vec<u8>, Failure> {
    let (mut header, body) = HeaderFields::parse(frame).map_err(|why| malformed(&why))?;
    change(&mut header);
    Ok([&header.to_bytes()[..], body].concat())
}

pub(crate) fn table(text: &mut Text, attempts: &[Attempt]) {
    let rows: Vec<Vec<String>> = attempts
        .iter()
        .map(|attempt| {
            let (name, meaning) = match &attempt.became {
                Became::Refused(why) => (why.name(), first_sentence(why.meaning())),
                Became::Ignored(why) => ("", &**why),
                Became::Taken(how) => ("", *how),
            };
            vec![attempt.what.into(), name.into(), meaning.into()]
        })
        .collect();
    text.table(&["what she sends", "Linux calls it", "what it says"], &rows);
}
