//! Commits of somebody who does not know the password, or who changes those of others.

use super::*;
use crate::element::{Body, PasswordIdentifier};
use alloc::string::ToString;

/// Mesh peer B, having answered a commit in A's name that A did not send.
fn fooled() -> Talk {
    let mesh = |groups: &[Group]| Config { groups: groups.into(), ..Config::mesh(AkmSuite::SAE) };
    let configs = [mesh(&[Group::P384, Group::P256]), mesh(&Group::ALL)];
    let mut talk = Talk::with_groups(configs, &Group::ALL);
    let mut impostor = Sae::new(mesh(&[Group::P256]), A, B);
    let guess = Password::new(b"oracle", b"a guess", None, &[Group::P256]);
    let cx = Cx { password: &guess, random: Random([0x77; Random::LEN]), now: talk.now };
    let commit = impostor.start(Method::HashToElement, &cx).unwrap();
    assert_eq!(talk.receive(1, &commit.send[0]).len(), 2);
    assert_eq!(talk.states(), [State::Nothing, State::Confirmed]);
    talk
}

/// B would take group 20, which A was told it does not: hostapd looks at every commit
/// (`check_sae_rejected_groups`), not only at the first one.
#[test]
fn a_downgrade_is_refused_behind_a_forged_commit_too() {
    let mut talk = fooled();
    let _lost = talk.start(0);
    let commit = talk.receive(0, &[3, 0, 1, 0, 77, 0, 20, 0]);
    let parsed = Commit::parse(&commit[0][6..], Method::HashToElement).unwrap();
    assert_eq!((parsed.group, parsed.rejected_groups), (19, &[20, 0][..]));
    let answer = talk.receive(1, &commit[0]);
    assert_eq!(answer.iter().map(|f| what(f)).collect::<Vec<_>>(), [(1, 1)]);
    assert_eq!(*talk.last(), Event::Refused(StatusCode::UNSPECIFIED_FAILURE));
    assert!(talk.accepted(1).is_empty());
}

/// Frames that are no commits do not use up the repetitions of the peer's.
#[test]
fn nonsense_does_not_count_as_repeated() {
    let mut talk = fooled();
    let off_curve = [&[3, 0, 1, 0, 126, 0, 19, 0][..], &[1; 96]].concat();
    for _ in 0..10 {
        assert!(talk.receive(1, &off_curve).is_empty());
        assert_eq!(*talk.last(), Event::Ignored(Ignored::Commit(BadCommit::Element)));
    }
    talk.machines[0] = Sae::new(Config::mesh(AkmSuite::SAE), A, B);
    let commit = talk.start(0);
    talk.settle(0, commit);
    assert_eq!(talk.states(), [State::Accepted; 2]);
    assert_eq!(talk.accepted(0), talk.accepted(1));
}

/// hostap does not carry identifiers into hunting-and-pecking (`sae_parse_password_identifier`).
#[test]
fn a_password_identifier_needs_hash_to_element() {
    let with_id = || Password::new(b"oracle", b"oracle-passphrase", Some(b"guest"), &[Group::P256]);
    let mut talk = Talk::infrastructure();
    let mut body = talk.call(0, |sae, cx| sae.start(Method::HuntingAndPecking, cx)).remove(0);
    PasswordIdentifier { identifier: b"guest" }.write_element(&mut body).unwrap();
    talk.passwords = [with_id(), with_id()];
    let answer = talk.receive(1, &body);
    assert_eq!(what(&answer[0]), (1, 123));
    assert!(talk.call(0, |sae, cx| sae.start(Method::HuntingAndPecking, cx)).is_empty());
    assert_eq!(*talk.last(), Event::NoElement);
}

/// An element of a vendor behind a commit of WPA3's first kind is too short for a token.
#[test]
fn a_vendor_element_is_no_token() {
    let mut talk = Talk::infrastructure();
    let mut commit = talk.call(0, |sae, cx| sae.start(Method::HuntingAndPecking, cx)).remove(0);
    commit.extend([221, 5, 0, 0x50, 0xf2, 9, 1]);
    talk.settle(0, vec![commit]);
    assert_eq!(talk.states(), [State::Accepted; 2]);
}

/// hostapd says that it could not read a commit; a station says nothing, for it may be anybody's.
#[test]
fn a_cut_commit_is_answered_by_status_1() {
    let mut talk = Talk::infrastructure();
    let commit = talk.start(0).remove(0);
    let answer = talk.receive(1, &commit[..50]);
    assert_eq!(answer.iter().map(|f| what(f)).collect::<Vec<_>>(), [(1, 1)]);
    assert!(matches!(talk.last(), Event::Ignored(Ignored::Malformed(_))));
    assert!(talk.receive(0, &commit[..50]).is_empty());
    talk.settle(0, vec![commit]);
    assert_eq!(talk.states(), [State::Accepted; 2]);
}

/// Neither the password nor what is made of it is seen in what is printed.
#[test]
fn debug_shows_no_secrets() {
    let mut talk = Talk::infrastructure();
    let commit = talk.start(0);
    talk.settle(0, commit);
    let pwe = talk.passwords[0].pwe(Group::P256, Method::HashToElement, [A, B]).unwrap();
    let exchange = Exchange::new(pwe.clone(), &random(&[0xab; 32], &[0xcd; 32])).unwrap();
    let guard = AntiClogging::new(5, [0xee; 32]);
    let (machines, passwords) = (&talk.machines, &talk.passwords);
    let printed =
        format!("{machines:?} {passwords:?} {pwe:?} {exchange:?} {guard:?} {:?}", talk.events);
    assert!(!printed.contains("oracle"), "{printed}");
    let pmk = &talk.accepted(0)[0].pmk;
    for secret in [pmk.as_bytes(), pwe.as_bytes(), &[0xab; 4], &[0xee; 4]] {
        let digits: Vec<_> = secret[..4].iter().map(u8::to_string).collect();
        assert!(!printed.contains(&digits.join(", ")), "{printed}");
    }
}

/// What the machine `who` says to a confirm of the other with this counter.
fn confirmed(talk: &mut Talk, who: usize, counter: u16) -> Vec<Vec<u8>> {
    let keys = talk.machines[1 - who].keys().unwrap();
    let body = auth(CONFIRM, StatusCode::SUCCESS, &keys.confirm(counter));
    talk.receive(who, &body)
}

/// Clause 12.4.8.6.5: after the end a confirm is answered if its counter is a new one and not the last there
/// is, so that two who are through do not answer each other for ever; and not more often than Sync.
#[test]
fn confirms_after_the_end() {
    let ap = Config { sync: 1, ..Config::access_point(AkmSuite::SAE) };
    let mut talk = Talk::new([Config::station(AkmSuite::SAE), ap]);
    let commit = talk.start(0);
    talk.settle(0, commit);
    assert_eq!(talk.states(), [State::Accepted; 2]);
    for (counter, answered) in
        [(1, false), (0xffff, false), (7, true), (7, false), (6, false), (8, true), (9, false)]
    {
        let answer = confirmed(&mut talk, 1, counter);
        assert_eq!(answer.len(), usize::from(answered), "{counter}");
        assert!(answer.iter().all(|frame| frame[6..8] == [0xff, 0xff]));
    }
    assert_eq!(*talk.last(), Event::Ignored(Ignored::Replay));
}

/// After it gave up, a machine is deaf to commits for a while, but for what it begins itself.
#[test]
fn who_gave_up_is_deaf_for_a_while() {
    let mut talk = Talk::mesh();
    for begins in [false, true] {
        let _lost = talk.start(0);
        while let Some(now) = talk.machines[0].poll_at() {
            talk.now = now;
            talk.call(0, |sae, _| Ok(sae.poll(now)));
        }
        assert_eq!(*talk.last(), Event::TimedOut);
        talk.machines[1] = Sae::new(Config::mesh(AkmSuite::SAE), B, A);
        let commit = talk.start(1);
        talk.now += Config::DISABLED - Duration::from_nanos(1);
        assert!(talk.receive(0, &commit[0]).is_empty());
        assert_eq!(*talk.last(), Event::Ignored(Ignored::Disabled));
        if begins {
            let _lost = talk.start(0);
        } else {
            talk.now += Duration::from_nanos(1);
        }
        assert!(!talk.receive(0, &commit[0]).is_empty());
        talk.machines[0] = Sae::new(Config::mesh(AkmSuite::SAE), A, B);
    }
}

/// Rejected groups mean something with hash-to-element alone (`sae_parse_commit`); and who was answered so
/// cannot go on by hunting-and-pecking.
#[test]
fn methods_are_not_mixed() {
    let mut talk = Talk::infrastructure();
    let mut commit = talk.call(0, |sae, cx| sae.start(Method::HuntingAndPecking, cx)).remove(0);
    commit.extend([255, 3, 92, 19, 0]);
    talk.settle(0, vec![commit]);
    assert_eq!(talk.states(), [State::Accepted; 2]);

    let mut talk = fooled();
    talk.machines[0] = Sae::new(Config::mesh(AkmSuite::SAE), A, B);
    let hunted = talk.call(0, |sae, cx| sae.start(Method::HuntingAndPecking, cx));
    assert!(talk.receive(1, &hunted[0]).is_empty());
    assert_eq!(*talk.last(), Event::Ignored(Ignored::Method));
}
