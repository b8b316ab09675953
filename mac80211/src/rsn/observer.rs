//! Reading along: keys out of handshakes that others hold.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use zeroize::Zeroizing;

use self::ft::FtNames;
use super::eapol::{EapolKey, Kde, KeyData, KeyInfo, Message};
use super::ft::{Domain, PmkR0};
use super::group::pn;
use super::{AkmRules, GroupKey, Handshake, KeyError, NONCE_LEN, Ptk, Secret, Selection};
use crate::element::{Body, Elements, Rsn};

mod ft;

/// Nonces of message 1, messages 2 without one, and PTKs that are remembered.
const REMEMBERED: usize = 8;

/// Reads along the handshakes between one AP and one station, with PMKs that may be theirs.
///
/// ```
/// use softnet_mac80211::rsn::{Observer, psk};
///
/// let pmk = psk(b"passphrase", b"network")?;
/// let (ap, station) = ("02:00:00:00:00:00".parse()?, "02:00:00:00:01:00".parse()?);
/// let mut observer = Observer::new(ap, station, b"network", vec![pmk]);
/// # let bytes = [];
/// if let Ok(seen) = observer.eapol_key(&bytes) {
///     if seen.wrong_pmk {
///         println!("another passphrase");
///     }
///     for key in seen.group {
///         println!("{:?} {}", key.kind, key.key_id);
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Observer {
    aa: MacAddr,
    spa: MacAddr,
    ssid: Vec<u8>,
    pmks: Vec<Secret>,
    /// Messages 1, the newest in front.
    firsts: VecDeque<First>,
    /// Messages 2 that no PTK was found for.
    seconds: VecDeque<Second>,
    known: VecDeque<Known>,
    /// The group keys told last, one a kind and index.
    groups: Vec<GroupKey>,
}

/// What a message 1 said.
#[derive(Debug)]
struct First {
    replay_counter: u64,
    anonce: [u8; NONCE_LEN],
    /// A key came from it, so it is no longer the one that a message 2 without a key answers: counters begin
    /// again with each association.
    proved: bool,
}

/// What a message 2 said.
#[derive(Debug)]
struct Second {
    replay_counter: u64,
    snonce: [u8; NONCE_LEN],
    suites: Suites,
}

/// A PTK that a MIC has proved.
#[derive(Clone, Debug)]
struct Known {
    pairwise: PairwiseKey,
    rules: AkmRules,
    /// The station's element says that it can protect management frames.
    mfp_capable: bool,
    /// Of the AP's last message under this key. A station takes none that does not count on
    /// (`rx_replay_counter`): the group keys in it would be those of before.
    replay_counter: Option<u64>,
    /// That both have it was told.
    confirmed: bool,
}

/// What the keys hang on, beside the PMK and the nonces.
#[derive(Clone, Debug)]
struct Suites {
    selection: Selection,
    mfp_capable: bool,
    ft: Option<FtNames>,
}

/// What one frame told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Observation {
    /// Which message it was; `None`: no EAPOL-Key frame, but one of a fast transition.
    pub message: Option<Message>,
    /// None of the PMKs made this frame's MIC, though all else is known: they are wrong.
    pub wrong_pmk: bool,
    /// A new pairwise key; proved by a MIC, though maybe not yet in use. It comes once more when message 3
    /// gives it another index than 0.
    pub pairwise: Option<PairwiseKey>,
    /// The pairwise key that both have from now on: message 4 was signed with it, or the response of a fast
    /// transition. A station that answered message 1 twice, with a nonce each, chooses so between two keys
    /// (hostapd's `alt_SNonce`). Told once of each key: what was signed can be sent again by anybody.
    pub confirmed: Option<PairwiseKey>,
    /// New group keys. One that comes again is none: its counters must not start again.
    pub group: Vec<GroupKey>,
    /// Whether the elements of both say that they can protect management frames, which then they do. Message
    /// 3 tells, and the response of a fast transition.
    pub mfp: Option<bool>,
}

/// A pairwise key, and what for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PairwiseKey {
    /// KCK, KEK, TK.
    pub ptk: Ptk,
    /// Key index: 1 is possible with extended key IDs, else 0.
    pub key_id: u8,
    /// What the station chose.
    pub selection: Selection,
}

impl Observer {
    /// Between the AP `aa` and the station `spa`. `ssid` counts with FT alone, whose PMK is the XXKey.
    #[must_use]
    pub fn new(aa: MacAddr, spa: MacAddr, ssid: &[u8], pmks: Vec<Secret>) -> Self {
        let (firsts, seconds, known, groups) = Default::default();
        Self { aa, spa, ssid: ssid.into(), pmks, firsts, seconds, known, groups }
    }

    /// Takes an EAPOL-Key frame that went between the two, from its EAPOL header on.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if it is none, or its key data are not what they should be;
    /// [`KeyError::Akm`], [`KeyError::Cipher`] if the station chose what is not supported.
    pub fn eapol_key(&mut self, bytes: &[u8]) -> Result<Observation, KeyError> {
        let mic_len = EapolKey::guess_mic_len(bytes).unwrap_or(16);
        let key = EapolKey::parse(bytes, mic_len)?;
        let message = key.message();
        let mut seen = match message {
            Message::Pairwise1 => {
                self.first(&key);
                Observation::default()
            }
            Message::Pairwise2 => self.second(&key)?,
            Message::Pairwise3 => self.third(&key)?,
            Message::Pairwise4 => self.fourth(&key),
            Message::Group1 => self.group(&key)?,
            Message::Group2 | Message::Request => Observation::default(),
        };
        seen.message = Some(message);
        Ok(seen)
    }

    /// The same nonce comes again when nobody answers, and with some APs in the next association.
    fn first(&mut self, key: &EapolKey<'_>) {
        let (replay_counter, anonce) = (key.replay_counter(), *key.nonce());
        self.firsts.retain(|first| first.anonce != anonce);
        remember(&mut self.firsts, First { replay_counter, anonce, proved: false });
    }

    fn second(&mut self, key: &EapolKey<'_>) -> Result<Observation, KeyError> {
        let second = Second {
            replay_counter: key.replay_counter(),
            snonce: *key.nonce(),
            suites: Suites::of(Elements::new(key.key_data()), self.aa)?,
        };
        let anonces = self.firsts.iter().map(|first| &first.anonce);
        if let Some((known, anonce)) = self.search(anonces.map(|anonce| (&second, anonce)), key)? {
            let firsts = self.firsts.iter_mut();
            firsts.for_each(|first| first.proved |= first.anonce == anonce);
            return Ok(self.found(known));
        }
        // Only the nonce of the message that it answers tells a wrong PMK from a message 1 not seen.
        let mut open = self.firsts.iter().filter(|first| !first.proved);
        let answered = open.any(|first| first.replay_counter == second.replay_counter);
        remember(&mut self.seconds, second);
        Ok(Observation { wrong_pmk: answered, ..Observation::default() })
    }

    fn third(&mut self, key: &EapolKey<'_>) -> Result<Observation, KeyError> {
        let old = self.proved_by(key).and_then(|at| self.known.get(at).cloned());
        let mut known = match old {
            Some(known) => known,
            None => {
                let pairs = self.seconds.iter().map(|second| (second, key.nonce()));
                let Some((known, _)) = self.search(pairs, key)? else {
                    // The AP accepted the message 2 of this nonce, so its PMK made that.
                    let wrong_pmk = self.answers_second(key);
                    return Ok(Observation { wrong_pmk, ..Observation::default() });
                };
                known
            }
        };
        if !known.counts_on(key) {
            return Ok(Observation::default());
        }
        known.replay_counter = Some(key.replay_counter());
        let sealed = key.descriptor() == EapolKey::RSN && key.info().contains(KeyInfo::ENCRYPTED);
        let (plain, group) = if sealed {
            let plain = key.open_key_data(&known.pairwise.ptk.kek)?;
            let group = GroupKey::of_key_data(&plain, pn(*key.rsc()))?;
            (plain, group)
        } else {
            (Zeroizing::new(key.key_data().to_vec()), Vec::new())
        };
        let key_id = KeyData::new(&plain)
            .kdes()
            .find_map(|kde| if let Kde::KeyId(id) = kde { Some(id) } else { None });
        known.pairwise.key_id = key_id.unwrap_or(known.pairwise.key_id);
        let mfp = Some(known.mfp_capable && mfp_capable(Elements::new(&plain)));
        Ok(Observation { group: self.new_groups(group), mfp, ..self.found(known) })
    }

    fn fourth(&mut self, key: &EapolKey<'_>) -> Observation {
        let at = self.proved_by(key);
        let confirmed = at.and_then(|at| self.known.get_mut(at)?.confirm());
        Observation { confirmed, ..Observation::default() }
    }

    /// The place of the PTK that made this frame's MIC.
    fn proved_by(&self, key: &EapolKey<'_>) -> Option<usize> {
        let proves = |known: &Known| key.verify(&known.rules, &known.pairwise.ptk.kck).is_ok();
        self.known.iter().position(proves)
    }

    /// Whether a message 2 is remembered that message 3, counted one on at most, follows.
    fn answers_second(&self, third: &EapolKey<'_>) -> bool {
        let follows = |second: &Second| {
            let step = third.replay_counter().wrapping_sub(second.replay_counter);
            step <= 1 && self.firsts.iter().all(|first| first.anonce == *third.nonce())
        };
        self.seconds.iter().any(follows)
    }

    fn group(&mut self, key: &EapolKey<'_>) -> Result<Observation, KeyError> {
        let known = self.proved_by(key).and_then(|at| self.known.get_mut(at));
        let Some(known) = known.filter(|known| known.counts_on(key)) else {
            return Ok(Observation::default());
        };
        known.replay_counter = Some(key.replay_counter());
        let group = GroupKey::all_of(key, &known.pairwise.ptk.kek)?;
        Ok(Observation { group: self.new_groups(group), ..Observation::default() })
    }

    /// The PTK of one of these message 2s and nonces, and of one of the PMKs, that made the MIC of `key`; and
    /// which nonce it was.
    fn search<'a>(
        &self,
        pairs: impl Iterator<Item = (&'a Second, &'a [u8; NONCE_LEN])>,
        key: &EapolKey<'_>,
    ) -> Result<Option<(Known, [u8; NONCE_LEN])>, KeyError> {
        let (aa, spa) = (self.aa, self.spa);
        for (second, &anonce) in pairs {
            let handshake = Handshake { aa, spa, anonce, snonce: second.snonce };
            let found = self.first_of_pmks(|pmk| {
                let known = self.derive(pmk, &second.suites, &handshake)?;
                key.verify(&known.rules, &known.pairwise.ptk.kck).map(|()| known)
            });
            if let Some(known) = found? {
                return Ok(Some((known, anonce)));
            }
        }
        Ok(None)
    }

    /// What `try_one` makes of the first PMK that it takes.
    ///
    /// # Errors
    /// It could not try any of them: of PMKs of several networks some may have the wrong length.
    fn first_of_pmks(
        &self,
        try_one: impl Fn(&Secret) -> Result<Known, KeyError>,
    ) -> Result<Option<Known>, KeyError> {
        let (mut tried, mut refused) = (false, None);
        for pmk in &self.pmks {
            match try_one(pmk) {
                Ok(known) => return Ok(Some(known)),
                Err(KeyError::Mic) => tried = true,
                Err(error) => refused = Some(error),
            }
        }
        refused.filter(|_| !tried).map_or(Ok(None), Err)
    }

    fn derive(&self, pmk: &Secret, suites: &Suites, on: &Handshake) -> Result<Known, KeyError> {
        let selection = suites.selection;
        let rules = AkmRules::of(selection.akm, pmk.len())?;
        let ptk = match &suites.ft {
            None => Ptk::derive(pmk, selection.akm, selection.pairwise, on)?,
            Some(names) => {
                let domain = Domain {
                    ssid: &self.ssid,
                    mdid: names.mdid,
                    r0kh_id: &names.r0kh_id,
                    s0kh_id: self.spa,
                };
                let r0 = PmkR0::derive(pmk, selection.akm, &domain)?;
                let r1 = r0.to_r1(names.r1kh_id, self.spa)?;
                r1.ptk(selection.akm, selection.pairwise, on)?
            }
        };
        let pairwise = PairwiseKey { ptk, key_id: 0, selection };
        let (mfp_capable, replay_counter, confirmed) = (suites.mfp_capable, None, false);
        Ok(Known { pairwise, rules, mfp_capable, replay_counter, confirmed })
    }

    fn found(&mut self, mut known: Known) -> Observation {
        let old = self.known.iter().find(|old| old.pairwise.ptk == known.pairwise.ptk);
        if let Some(old) = old.filter(|old| old.replay_counter >= known.replay_counter) {
            // A message 2 that comes again does not know what message 3 said.
            known = old.clone();
        }
        let is_new = old.is_none_or(|old| old.pairwise != known.pairwise);
        let pairwise = is_new.then(|| known.pairwise.clone());
        self.known.retain(|old| old.pairwise.ptk != known.pairwise.ptk);
        remember(&mut self.known, known);
        Observation { pairwise, ..Observation::default() }
    }

    fn new_groups(&mut self, mut keys: Vec<GroupKey>) -> Vec<GroupKey> {
        keys.retain(|new| {
            let same = |old: &GroupKey| (old.kind, old.key_id) == (new.kind, new.key_id);
            if self.groups.iter().any(|old| same(old) && old.key == new.key) {
                return false;
            }
            self.groups.retain(|old| !same(old));
            self.groups.push(new.clone());
            true
        });
        keys
    }
}

impl Known {
    /// Whether the AP's message counts on from its last.
    fn counts_on(&self, key: &EapolKey<'_>) -> bool {
        self.replay_counter.is_none_or(|last| key.replay_counter() > last)
    }

    /// Both have it. `None` if that was told before.
    fn confirm(&mut self) -> Option<PairwiseKey> {
        let before = core::mem::replace(&mut self.confirmed, true);
        (!before).then(|| self.pairwise.clone())
    }
}

impl Suites {
    fn of(elements: Elements<'_>, aa: MacAddr) -> Result<Self, KeyError> {
        let selection = Selection::of(elements)?;
        let ft = if selection.is_ft() { Some(FtNames::of(elements, selection, aa)?) } else { None };
        Ok(Self { selection, mfp_capable: mfp_capable(elements), ft })
    }
}

fn mfp_capable(elements: Elements<'_>) -> bool {
    let rsn = Rsn::find(elements).and_then(Result::ok);
    rsn.is_some_and(|rsn| rsn.capabilities().mfp_capable())
}

fn remember<T>(list: &mut VecDeque<T>, item: T) {
    list.truncate(REMEMBERED - 1);
    list.push_front(item);
}
