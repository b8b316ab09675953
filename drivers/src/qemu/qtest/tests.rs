use core::time::Duration;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::thread::{self, JoinHandle};

use super::*;

/// A QEMU that answers each command by the next text, and gives back the commands it heard.
fn qemu(posting: bool, script: &'static [&'static str]) -> (Qtest, JoinHandle<Vec<String>>) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let peer = thread::spawn(move || {
        let mut reader = BufReader::new(theirs.try_clone().unwrap());
        let mut heard = Vec::new();
        for text in script {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            heard.push(line);
            (&theirs).write_all(text.as_bytes()).unwrap();
        }
        heard
    });
    let lines = Lines::new(ours, Duration::from_secs(2)).unwrap();
    (Qtest::new(lines, posting), peer)
}

#[test]
fn commands_are_spelled_as_the_protocol_wants() {
    let (mut qtest, peer) =
        qemu(false, &["OK 0x00000000deadbeef\n", "OK\n", "OK 0x0012\n", "OK\n"]);
    assert_eq!(qtest.readl(0xfeb8_0008), Ok(0xdead_beef));
    assert_eq!(qtest.writel(0xfeb8_0000, 0x40), Ok(()));
    assert_eq!(qtest.inl(0xcfc), Ok(0x12));
    assert_eq!(qtest.outl(0xcf8, 0x8000_0800), Ok(()));
    let want = [
        "readl 0xfeb80008\n",
        "writel 0xfeb80000 0x40\n",
        "inl 0xcfc\n",
        "outl 0xcf8 0x80000800\n",
    ];
    assert_eq!(peer.join().unwrap(), want);
}

#[test]
fn interrupt_lines_change_between_question_and_answer() {
    let (mut qtest, _peer) = qemu(
        false,
        &[
            "IRQ raise 11\nIRQ raise 11\nOK 0x01\n",
            "IRQ lower 11\nIRQ raise 2\nIRQ raise 11\nOK\nIRQ raise 99\n",
        ],
    );
    assert_eq!(qtest.readl(0), Ok(1));
    assert_eq!(qtest.line(11), Line { high: true, raised: 1 });
    assert_eq!(qtest.writel(0, 0), Ok(()));
    assert_eq!(qtest.line(11), Line { high: true, raised: 2 });
    assert_eq!(qtest.line(2), Line { high: true, raised: 1 });
    assert_eq!(qtest.line(99), Line::default());
}

#[test]
fn posted_writes_are_answered_before_the_next_read() {
    let (mut qtest, peer) = qemu(true, &["OK\n", "OK\nIRQ raise 11\n", "OK 0x07\n"]);
    assert_eq!(qtest.writel(4, 1), Ok(()));
    assert_eq!(qtest.writel(8, 2), Ok(()));
    assert_eq!(qtest.readl(12), Ok(7));
    assert!(qtest.line(11).high);
    assert_eq!(peer.join().unwrap().len(), 3);
}

#[test]
fn what_came_by_itself_is_taken_in_without_a_question() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut qtest = Qtest::new(Lines::new(ours, Duration::from_secs(2)).unwrap(), false);
    (&theirs).write_all(b"IRQ raise 11\nIRQ low").unwrap();
    assert_eq!(qtest.absorb(), Ok(()));
    assert!(qtest.line(11).high);
    (&theirs).write_all(b"er 11\n").unwrap();
    assert_eq!(qtest.absorb(), Ok(()));
    assert_eq!(qtest.line(11), Line { high: false, raised: 1 });
}

#[test]
fn the_first_failure_stays() {
    let (mut qtest, _peer) = qemu(false, &["FAIL Unknown command 'readl'\n", "OK 0x01\n"]);
    let fault = LinkError::Nonsense("FAIL Unknown command 'readl'".into());
    assert_eq!(qtest.readl(0), Err(fault.clone()));
    assert_eq!(qtest.readl(0), Err(fault.clone()));
    assert_eq!(qtest.absorb(), Err(fault));
}

#[test]
fn a_closed_socket_is_an_error_and_no_hang() {
    let (mut qtest, peer) = qemu(false, &[]);
    peer.join().unwrap();
    assert_eq!(qtest.writel(0, 0), Err(LinkError::Closed));
}

#[test]
fn a_read_wants_a_value() {
    for text in [&["OK\n"], &["OK 0xzz\n"], &["\n"]] {
        let (mut qtest, _peer) = qemu(false, text);
        assert!(matches!(qtest.readl(0), Err(LinkError::Nonsense(_))), "{text:?}");
    }
}
