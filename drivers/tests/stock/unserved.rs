//! What nobody serves here.

use crate::script::{VETH, compare, linux, ours, ready, ready_with_python, server};

#[test]
fn what_there_is_nothing_of_is_shown_as_on_linux() {
    if !ready("unserved::what_there_is_nothing_of_is_shown_as_on_linux") {
        return;
    }
    let server = server("nothing");
    let lines = [
        "bridge link",
        "bridge link show dev lo",
        "ip route",
        "ip -6 route",
        "ip neigh",
        VETH,
        "bridge link",
        "bridge link set dev va cost 3",
        "ip neigh show dev va",
        // No kernel here has MPLS or Data Center Bridging.
        "ip -M route",
        "ip -f mpls netconf",
        "dcb ets show dev lo",
    ];
    compare(&server, &lines, &[]);
    // A dump that is refused looks as Linux's, whatever the number.
    let refused = linux("ip -M rule");
    assert!(refused.contains("Address family not supported by protocol"), "{refused}");
    let refused =
        refused.replace("Address family not supported by protocol", "Operation not supported");
    assert_eq!(ours(&server, "ip rule"), refused);
}

/// Requests that Linux has no handler for either, here or on the machine that tests; each an answer's error.
const ASK: &str = r#"
import os, socket, struct
def ask(kind, flags, payload, strict=False):
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    if strict:
        sock.setsockopt(270, 12, 1)
    sock.setsockopt(270, 11, 1)
    sock.send(struct.pack("=IHHII", 16 + len(payload), kind, flags, 7, 0) + payload)
    for _ in range(4):
        got = sock.recv(65536)
        length, kind_, flags_, seq, port = struct.unpack("=IHHII", got[:16])
        print(kind, flags, kind_, hex(flags_), seq, struct.unpack("=i", got[16:20]), got[36:] if kind_ == 2 else len(got))
        if kind_ in (2, 3):
            return
REQUEST, ACK, DUMP, BULK = 1, 4, 0x300, 0x200
link = lambda family=0, index=0, change=0: struct.pack("=BxHiII", family, 0, index, 0, change)
addr = lambda family, length=0, index=0: struct.pack("=BBBBI", family, length, 0, 0, index)
ask(200, REQUEST | ACK, link())
ask(200, REQUEST | DUMP, link())
ask(110, REQUEST | ACK, link())
ask(110, REQUEST | DUMP, link())
ask(90, REQUEST | ACK, b"")
ask(22, REQUEST | ACK, addr(2))
ask(22, REQUEST | ACK, addr(10))
ask(22, REQUEST | ACK, addr(77))
ask(20, REQUEST | ACK, addr(77))
ask(20, REQUEST | ACK, addr(2))
ask(20, REQUEST | ACK, addr(10))
ask(21, REQUEST | ACK | BULK, addr(2))
ask(21, REQUEST | ACK | BULK, addr(10))
ask(17, REQUEST | ACK | BULK, link())
ask(17, REQUEST | ACK, link())
ask(17, REQUEST | ACK, link(index=99))
ask(19, REQUEST | ACK, link(family=7, index=1))
ask(16, REQUEST | ACK, link())
ask(22, REQUEST | DUMP, addr(2, length=8), True)
ask(22, REQUEST | DUMP, addr(10, length=8), True)
ask(22, REQUEST | DUMP, addr(0, length=8), True)
ask(22, REQUEST | DUMP, addr(2)[:4], True)
ask(22, REQUEST | DUMP, addr(10, index=99), True)
ask(22, REQUEST | DUMP, addr(2, index=99), True)
ask(22, REQUEST | DUMP, addr(2) + struct.pack("=HHI", 8, 9, 1), True)
ask(22, REQUEST | DUMP, addr(10) + struct.pack("=HHI", 8, 9, 1), True)
ask(22, REQUEST | DUMP, addr(0) + struct.pack("=HHi", 8, 10, 3), True)
ask(18, REQUEST | DUMP, link(index=1), True)
ask(18, REQUEST | DUMP, link(change=1), True)
ask(22, REQUEST | ACK, addr(10, length=3), True)
ask(26, REQUEST | DUMP, b"\x4d" + bytes(11))
"#;

#[test]
fn requests_without_a_handler_are_refused_as_on_linux() {
    if !ready_with_python("unserved::requests_without_a_handler_are_refused_as_on_linux") {
        return;
    }
    let server = server("refused");
    let program = std::env::temp_dir().join(format!("softnet-ask-{}.py", std::process::id()));
    std::fs::write(&program, ASK).unwrap();
    let line = format!("python3 {}", program.display());
    let (ours, linux) = (ours(&server, &line), linux(&line));
    std::fs::remove_file(&program).unwrap();
    assert!(linux.ends_with("exit status: 0"), "{linux}");
    assert_eq!(ours, linux);
}
