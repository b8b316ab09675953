//! Files and options that are not as they should be: one line says what is wrong.

use std::fs;
use std::path::Path;

use crate::captures;
use crate::program::{Folder, line, pcap, stations, text};

#[test]
fn what_is_wrong_is_said_in_one_line() {
    let folder = Folder::new("wrong");
    let missing = folder.wrong(2, &[], Path::new("nowhere.pcap"));
    assert_eq!(missing, "nowhere.pcap: No such file or directory (os error 2)");
    let short = folder.wrong(2, &["-w", "0102"], Path::new("a.pcap"));
    assert!(short.contains("a WEP key has 5 or 13 bytes, not 2"), "{short}");

    let find = |name: &str| captures::find(name);
    let Some(protected) = find("wifi/wpa2-psk-ccmp.pcap") else { return };
    let tell = |args: &[&str], path: &Path| {
        let said = folder.wrong(1, args, path);
        said.strip_prefix(&format!("{}: ", path.display())).unwrap().to_owned()
    };
    let said = tell(&["-p", "not the passphrase"], &protected);
    assert_eq!(said, "wrong passphrase: the handshake in the file was made with another");
    let said = tell(&["-k", &"00".repeat(32)], &protected);
    assert_eq!(said, "wrong PMK: the handshake in the file was made with another");
    let over = protected.display().to_string();
    let said = folder.wrong(2, &["-o", &over], &protected);
    assert!(said.ends_with("is to be read, not to be written to; see --out"), "{said}");
    let said = tell(&["--tk", &"00".repeat(16)], &protected);
    assert_eq!(said, "none of the keys opens any of its 31 protected frames");
    let said = tell(&["-e", "another", "-p", "oracle-passphrase"], &protected);
    assert_eq!(said, "no handshake in the file with the network \"another\"");

    let open = find("wifi/open-dhcp-ping-leave.pcap").unwrap();
    let said = tell(&["-p", "oracle-passphrase"], &open);
    assert_eq!(said, "no handshake in the file, so no use for a passphrase or PMK");

    let ethernet = find("public/fragattacks/eapol-amsdu_BP-onclient.pcapng").unwrap();
    let said = folder.wrong(2, &[], &ethernet);
    assert!(
        said.ends_with("link type 113 (LINUX_SLL) is not 802.11: not captured in monitor mode"),
        "{said}"
    );
}

#[test]
fn what_a_truncated_file_has_is_opened() {
    let Some(path) = captures::find("wifi/wpa2-psk-ccmp.pcap") else { return };
    let folder = Folder::new("truncated");
    let bytes = fs::read(&path).unwrap();
    let cut = folder.0.join("cut.pcap");
    fs::write(&cut, &bytes[..bytes.len() - 5]).unwrap();
    let output = folder.run(&["-p", "oracle-passphrase"], &cut);
    assert_eq!(output.status.code(), Some(1));
    let frames = captures::read(&path).len() - 1;
    assert_eq!(line(&output), format!("{}: cut off after frame {frames}", cut.display()));
    assert!(stations(text(&output.stdout)).iter().all(|(_, row)| row[1] == row[2] && row[2] > 0));
    assert!(folder.0.join("cut-decap.pcapng").exists());
}

/// Wherever it is cut: what it holds until there is opened, or one line says why nothing could be.
#[test]
fn a_file_cut_anywhere() {
    let Some(path) = captures::find("wifi/wpa2-psk-ccmp.pcap") else { return };
    let folder = Folder::new("cut");
    let bytes = fs::read(&path).unwrap();
    let cut = folder.0.join("cut.pcap");
    let mut opened = 0;
    for len in (0..bytes.len()).step_by(509).chain(0..48) {
        fs::write(&cut, &bytes[..len]).unwrap();
        let output = folder.run(&["-p", "oracle-passphrase"], &cut);
        let code = output.status.code().unwrap();
        // A file that ends where a frame does is whole, though of no use without a handshake.
        let is_whole = output.stderr.is_empty();
        assert!(if is_whole { code == 0 } else { code == if len < 24 { 2 } else { 1 } }, "{len}");
        if !is_whole {
            let said = line(&output);
            assert!(said.starts_with(&cut.display().to_string()), "{said}");
        }
        opened += usize::from(!output.stdout.is_empty());
    }
    assert!(opened > 10, "{opened}");
}

/// Files that come by other ways, and outputs that cannot be.
#[test]
fn what_to_do_instead_is_said() {
    let folder = Folder::new("instead");
    let elsewhere = Folder::new("elsewhere");
    let file = |name: &str, bytes: &[u8]| {
        let path = elsewhere.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let tell = |args: &[&str], path: &Path| {
        let said = folder.wrong(2, args, path);
        said.replace(&path.display().to_string(), "IT")
    };
    assert_eq!(tell(&[], &file("none.pcap", b"")), "IT: empty");
    assert_eq!(tell(&[], &elsewhere.0), "IT: a folder, not a capture");
    let packed = file("a.pcap.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03rest");
    assert_eq!(tell(&[], &packed), "IT: compressed; unpack it first, with gunzip");
    assert!(tell(&[], Path::new("-")).starts_with("a capture is read twice, so"));
    #[cfg(unix)]
    {
        let said = tell(&[], Path::new("/dev/null"));
        assert_eq!(said, "IT: not a file; a capture is read twice, so save it as a file first");
    }
    let beacon = file("beacon.pcap", &pcap([&[0, 0, 8, 0, 0, 0, 0, 0, 0x80, 0][..]]));
    for (out, why) in [("-", "the report goes to standard output, so"), ("/", "can't write /: ")] {
        let said = tell(&["-o", out], &beacon);
        assert!(said.starts_with(why), "{said}");
    }
    let nowhere = elsewhere.0.join("no/such/folder").display().to_string();
    assert!(tell(&["-o", &nowhere], &beacon).starts_with("can't write "));
}

/// A snap length: the handshakes are there, but not all of them.
#[test]
fn a_capture_of_beginnings_says_so() {
    let Some(path) = captures::find("wifi/wpa2-psk-ccmp.pcap") else { return };
    let folder = Folder::new("snap");
    let elsewhere = Folder::new("snapped");
    let bytes = fs::read(&path).unwrap();
    let (mut short, mut rest) = (bytes[..24].to_vec(), &bytes[24..]);
    let mut frames = 0;
    while let Some((head, behind)) = rest.split_at_checked(16) {
        let len = u32::from_le_bytes(head[8..12].try_into().unwrap()) as usize;
        let kept = len.min(60);
        short.extend(
            [&head[..8], &(kept as u32).to_le_bytes(), &head[12..], &behind[..kept]].concat(),
        );
        rest = &behind[len..];
        frames += 1;
    }
    let snapped = elsewhere.0.join("snapped.pcap");
    fs::write(&snapped, short).unwrap();
    let said = folder.wrong(1, &["-p", "oracle-passphrase"], &snapped);
    let ends = format!("of its {frames} frames");
    assert!(said.contains("kept only the beginning of") && said.ends_with(&ends), "{said}");
}

/// A pcapng file of two interfaces, of which one is Ethernet: its packets are passed over, and counted.
#[test]
fn packets_of_other_interfaces_are_passed_over() {
    let Some(path) = captures::find("wifi/wpa2-psk-ccmp.pcap") else { return };
    let words =
        |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
    let mut file = words(&[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, !0, !0, 28]);
    file.extend(words(&[1, 20, 1, 0, 20, 1, 20, 127, 0, 20]));
    for packet in captures::read(&path) {
        for interface in [0, 1] {
            let len = packet.bytes.len() as u32;
            let block = 32 + len.next_multiple_of(4);
            file.extend(words(&[6, block, interface, 0, packet.number as u32, len, len]));
            file.extend(&packet.bytes);
            file.resize(file.len().next_multiple_of(4), 0);
            file.extend(words(&[block]));
        }
    }
    let folder = Folder::new("interfaces");
    let two = folder.0.join("two.pcapng");
    fs::write(&two, file).unwrap();
    let (both, out) = folder.opened(&["-p", "oracle-passphrase"], &two);
    assert!(out.exists());
    let (alone, _) = folder.opened(&["-p", "oracle-passphrase"], &path);
    assert_eq!(stations(&both), stations(&alone));
    let count = captures::read(&path).len();
    let line = format!("  passed over: {count} not 802.11, of other interfaces\n");
    assert!(both.contains(&line) && !alone.contains("passed over"), "{both}");
}

#[test]
fn without_a_key_it_says_that_one_is_needed() {
    let Some(path) = captures::find("wifi/wpa2-psk-ccmp.pcap") else { return };
    let folder = Folder::new("keyless");
    let output = folder.run(&[], &path);
    let said = text(&output.stdout).lines().last().unwrap();
    assert_eq!(said, "31 of them are protected, and no key was given: see KEYS in --help");
}

/// Two networks, two passphrases: each opens what is its own.
#[test]
fn several_networks_each_with_its_passphrase() {
    let (theirs, ours) = ("public/aircrack/wpa2-psk-linksys.cap", "wifi/wpa2-psk-ccmp.pcap");
    let (Some(theirs), Some(ours)) = (captures::find(theirs), captures::find(ours)) else { return };
    let folder = Folder::new("networks");
    let opened = |args: &[&str], path: &Path| {
        let rows = stations(&folder.opened(args, path).0);
        rows.iter().map(|(_, row)| row[2]).sum::<u64>()
    };
    let passphrases = ["-p", "oracle-passphrase", "-p", "dictionary"];
    let alone = opened(&passphrases[2..], &theirs) + opened(&passphrases[..2], &ours);
    // Theirs has no radiotap before its frames.
    let bare = captures::read(&theirs).into_iter().map(|packet| {
        assert_eq!(packet.link_type, captures::IEEE802_11);
        [&[0, 0, 8, 0, 0, 0, 0, 0], &packet.bytes[..]].concat()
    });
    let packets: Vec<_> =
        bare.chain(captures::read(&ours).into_iter().map(|packet| packet.bytes)).collect();
    let both = folder.0.join("both.pcap");
    fs::write(&both, pcap(packets.iter().map(Vec::as_slice))).unwrap();
    assert_eq!(opened(&passphrases, &both), alone);
}

/// The same session twice, as two captures in one file have it: keys that come again are set again.
#[test]
fn a_session_heard_again_is_opened_again() {
    for name in ["wpa2-psk-ccmp", "wpa-psk-tkip", "wpa2-pmf-required-bip"] {
        let Some(path) = captures::find(&format!("wifi/{name}.pcap")) else { return };
        let folder = Folder::new(&format!("again-{name}"));
        let opened = |path: &Path| {
            let rows = stations(&folder.opened(&["-p", "oracle-passphrase"], path).0);
            // To groups, too, there are the numbers of before.
            let stations = rows.iter().filter(|(who, _)| who != "(group)");
            stations.map(|(_, row)| row[2]).sum::<u64>()
        };
        let packets = captures::read(&path);
        let twice = packets.iter().chain(&packets).map(|packet| packet.bytes.as_slice());
        let again = folder.0.join("again.pcap");
        fs::write(&again, pcap(twice)).unwrap();
        assert_eq!(opened(&again), 2 * opened(&path), "{name}");
    }
}
