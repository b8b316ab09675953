#!/usr/bin/env python3
"""Records what `ip`, `tc` and `bridge` say to a kernel and what it answers. README.md tells how to run it.

An nlmon interface shows every datagram of netlink. The messages in them go to files, padded, as they are.
Left out are repeated ones, those of netlink itself, and links where the part is about something else.
"""
import os
import socket
import struct
import subprocess
import sys

ROUTE, XFRM = 0, 6

LINKS = """
ip link add va index 100 type veth peer name vb
ip link add br0 type bridge vlan_filtering 1
ip link add dm0 type dummy
ip tuntap add tap0 mode tap
ip link add vl0 link va type vlan id 5 egress-qos-map 1:2 ingress-qos-map 3:4
ip link add mv0 link va type macvlan mode source macaddr add 02:00:00:00:00:09
ip link add vx0 type vxlan id 42 remote 192.0.2.1 local 192.0.2.2 dstport 4789 dev va
ip link add vx6 type vxlan id 43 group ff05::1 dstport 4790 dev va
ip link add bo0 type bond mode active-backup arp_interval 100 arp_ip_target 192.0.2.9
ip link set vb master br0
ip link set dm0 master bo0
ip link set va up
ip link set vb up
ip link set br0 up
ip link set vx0 up
ip link set tap0 up
ip link set bo0 up
ip link set va alias alias
ip link set va promisc on
ip link property add dev va altname a-longer-name-for-va
bridge fdb add 02:00:00:00:00:01 dev vb master static vlan 1
bridge fdb append 00:00:00:00:00:00 dst 192.0.2.5 dev vx0 self
bridge vlan add dev vb vid 10
ip -d -s link show
ip -6 -d link show
bridge -d link show
bridge vlan show
bridge fdb show
ip link del mv0
"""

ADDRESSES = """
ip addr add 192.0.2.2/24 brd + dev va label va:1
ip addr add 2001:db8::2/64 dev va valid_lft 1000 preferred_lft 500 nodad
ip addr add 10.0.0.1 peer 10.0.0.2 dev tap0
ip route add 198.51.100.0/24 via 192.0.2.1 metric 5 mtu lock 1400 rto_min 10ms congctl cubic
ip route add 203.0.113.0/24 nexthop via 192.0.2.3 weight 2 nexthop via 192.0.2.4
ip route add 2001:db8:1::/64 nexthop via 2001:db8::3 dev va nexthop via 2001:db8::4 dev va
ip route add blackhole 10.9.0.0/16
ip route add 10.8.0.0/16 encap ip id 5 dst 192.0.2.9 dev va
ip nexthop add id 7 via 192.0.2.1 dev va
ip nexthop add id 8 via 192.0.2.3 dev va
ip nexthop add id 9 group 7/8,3
ip route add 10.7.0.0/16 nhid 9
ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:77 dev va nud permanent
ip neigh add proxy 192.0.2.78 dev va
ip rule add from 192.0.2.0/24 fwmark 0x1/0xff iif va table 100 pref 50
ip rule add ipproto tcp sport 1-1000 dport 80 uidrange 0-1000 table 101
ip -6 rule add to 2001:db8::/32 table 102
ip rule add goto 32766 pref 60
ip addr show
ip route show table all
ip -6 route show table all
ip neigh show
ip neigh show proxy
ip ntable show
ip rule show
ip -6 rule show
ip nexthop show
ip netconf show
ip addrlabel list
ip route get 192.0.2.7
ip rule del pref 50
ip addr del 192.0.2.2/24 dev va
"""

DISCIPLINES = """
pfifo limit 33
bfifo limit 10000
pfifo_head_drop
pfifo_fast
prio bands 4
multiq
tbf rate 1mbit burst 10k latency 50ms peakrate 2mbit mtu 1500
sfq perturb 10 redflowlimit 100000 min 8000 max 60000 probability 0.1 ecn headdrop
drr
ets bands 4 strict 1 quanta 1000 2000 3000
qfq
red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 bandwidth 10mbit adaptive
choke limit 100 bandwidth 10mbit min 10 max 30 burst 30
gred setup DPs 3 default 2 grio
codel ecn ce_threshold 1ms
fq_codel flows 64 memory_limit 1mb
fq maxrate 1gbit
pie tupdate 20ms ecn
fq_pie flows 16
hhf
sfb
cake bandwidth 10mbit diffserv4 overhead 18
netem delay 10ms 2ms 25% distribution normal loss gemodel 1% 10% 70% 0.1% reorder 5% rate 1mbit slot 1ms 2ms
netem loss state 1% 10% corrupt 1% duplicate 2%
plug
skbprio limit 10
cbs hicredit 30 locredit -1470 sendslope -980000 idleslope 20000 offload 0
etf clockid CLOCK_TAI delta 1000
htb default 2 r2q 10
hfsc default 1
stab overhead 10 linklayer atm pfifo
"""

CLASSES = {
    "htb": ["rate 10mbit ceil 40gbit", "rate 5mbit prio 3"],
    "hfsc": ["sc rate 10mbit", "rt m1 1mbit d 10ms m2 2mbit ls rate 1mbit"],
    "drr": ["quantum 1500"],
    "qfq": ["weight 3 maxpkt 1500"],
}

FILTERS = """
protocol ip prio 5 u32 match ip dst 10.0.0.0/8 match ip protocol 6 0xff flowid 1:2
protocol all prio 6 matchall action gact drop random determ pass 10
protocol ip prio 7 flower ip_proto tcp dst_port 80 src_ip 10.0.0.0/8 dst_mac 02:00:00:00:00:00/ff:00:00:00:00:00 action mirred egress redirect dev ifb0
protocol 802.1q prio 8 flower vlan_id 5 vlan_prio 2 action vlan pop
protocol ipv6 prio 9 flower ip_proto icmpv6 type 128 action skbedit priority 3 mark 7
protocol ip prio 10 basic match cmp(u8 at 0 layer 2 mask 0xff gt 3) and meta(priority eq 3) action police rate 1mbit burst 10k conform-exceed drop/pipe
protocol ip prio 11 handle 6 fw classid 1:2 action vlan push id 7 protocol 802.1ad
protocol ip prio 12 bpf bytecode 1,6;0;0;4294967295 flowid 1:1
protocol ip prio 13 flow map key dst divisor 16 baseclass 1:1
protocol ip prio 14 u32 match u32 0 0 action pedit ex munge ip ttl set 9 munge ip src set 10.1.1.1 pipe action csum ip4h and tcp
protocol ip prio 15 route from 3 classid 1:1
protocol ip prio 16 u32 match mark 1 0xf match u16 0 0 at nexthdr+2 police rate 100kbit burst 5k drop flowid 1:1
protocol ip prio 17 matchall action bpf bytecode 1,6;0;0;4294967295
protocol ip prio 18 matchall action sample rate 10 group 4 action skbmod set smac 02:00:00:00:00:08
"""

XFRM_COMMANDS = """
ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 mode tunnel enc cbc(aes) 0x00112233445566778899aabbccddeeff auth-trunc hmac(sha256) 0x00112233445566778899aabbccddeeff 96 replay-window 32 sel src 10.0.0.0/8
ip xfrm state add src 192.0.2.3 dst 192.0.2.4 proto esp spi 0x101 mode transport aead rfc4106(gcm(aes)) 0x00112233445566778899aabbccddeeff01020304 128 flag esn replay-window 64 mark 1 mask 3 if_id 9
ip xfrm state add src 192.0.2.3 dst 192.0.2.5 proto esp spi 0x102 encap espinudp 4500 4500 0.0.0.0 enc ecb(cipher_null) '' limit packet-soft 10 limit packet-hard 20
ip xfrm policy add src 10.0.0.0/8 dst 10.1.0.0/16 dir out tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel
ip xfrm policy add src 10.2.0.0/16 dst 10.0.0.0/8 dir in priority 3 mark 1 mask 3 if_id 9 tmpl proto esp mode transport level use
ip -s xfrm state list
ip -s xfrm policy list
ip xfrm state get src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100
ip xfrm policy get src 10.0.0.0/8 dst 10.1.0.0/16 dir out
ip xfrm state allocspi src 192.0.2.8 dst 192.0.2.9 proto esp mode tunnel min 1 max 9
ip xfrm monitor all help
ip xfrm policy delete src 10.0.0.0/8 dst 10.1.0.0/16 dir out
ip xfrm state delete src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100
ip xfrm state flush
"""

def run(line):
    words = [word for word in line.split(" ") if word]
    if "bytecode" in words:
        at = words.index("bytecode") + 1
        words[at] = words[at].replace(";", " ")
    words = ["" if word == "''" else word for word in words]
    try:
        done = subprocess.run(words, capture_output=True, text=True)
    except FileNotFoundError:
        return
    if done.returncode:
        print("failed:", line, "|", done.stderr.strip()[:150], flush=True)


class Recorder:
    def __init__(self, folder):
        run("ip link add nlmon0 type nlmon")
        run("ip link set nlmon0 up")
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)
        self.socket.bind(("nlmon0", 3))
        self.socket.setblocking(False)
        self.folder = folder
        self.seen = set()

    def datagrams(self, wanted):
        """What went by since the last call, of one protocol."""
        while True:
            try:
                data, (_, protocol, *_) = self.socket.recvfrom(1 << 17)
            except BlockingIOError:
                return
            if protocol == wanted:
                yield data

    def drain(self, part):
        kept = []
        wanted = XFRM if part == "xfrm" else ROUTE
        for data in self.datagrams(wanted):
            kept += self.fresh(data, part == "links" or wanted != ROUTE)
        with open(f"{self.folder}/{part}.bin", "wb") as out:
            out.write(b"".join(kept))

    def fresh(self, data, links):
        """The messages in a datagram that are new."""
        while len(data) >= 16:
            length, kind = struct.unpack_from("=IH", data)
            if length < 16:
                break
            message, data = data[:length], data[(length + 3) & ~3 :]
            key = message[4:8] + message[16:]
            if kind < 16 or key in self.seen or (kind < 20 and not links):
                continue
            self.seen.add(key)
            yield message + bytes(-length % 4)


def disciplines():
    for line in DISCIPLINES.strip().splitlines():
        kind = line.split()[0]
        run(f"tc qdisc add dev va root handle 1: {line}")
        for number, parameters in enumerate(CLASSES.get(kind, []), 1):
            parent = "1:" if number == 1 else "1:1"
            if kind in ("drr", "qfq"):
                parent = "1:"
            run(f"tc class add dev va parent {parent} classid 1:{number} {kind} {parameters}")
        if kind == "gred":
            run("tc qdisc change dev va root gred DP 1 limit 60KB min 15K max 25K burst 64 avpkt 500 bandwidth 10Mbit probability 0.02 prio 2")
        run("ping -c 1 -W 0.01 -I va 192.0.2.1")
        run("tc -s -d qdisc show dev va")
        run("tc -s -d class show dev va")
        run("tc qdisc del dev va root")


def filters():
    run("tc qdisc add dev va root handle 1: htb default 2")
    run("tc class add dev va parent 1: classid 1:1 htb rate 10mbit")
    run("tc qdisc add dev va clsact")
    run("tc qdisc add dev vb ingress_block 9 ingress")
    run("tc filter add block 9 protocol ip prio 1 matchall action pass")
    run("tc filter show block 9")
    run("tc chain add dev va ingress chain 3 protocol ip flower dst_ip 0.0.0.0/8")
    run("tc chain show dev va ingress")
    for line in FILTERS.strip().splitlines():
        run(f"tc filter add dev va {'parent 1:' if 'flowid' in line or 'route' in line else 'ingress'} {line}")
    run("tc actions add action gact pass index 5 cookie 0011")
    for hook in ("ingress", "egress", "parent 1:"):
        run(f"tc -s -d filter show dev va {hook}")
    for kind in ("gact", "mirred", "police", "skbedit", "vlan", "pedit", "csum"):
        run(f"tc -s actions list action {kind}")
    run("tc qdisc show")
    run("tc filter del dev va ingress")
    run("tc actions flush action gact")


def main():
    folder = sys.argv[1]
    recorder = Recorder(folder)
    for part, commands in (("links", LINKS), ("addresses", ADDRESSES)):
        for line in commands.strip().splitlines():
            run(line)
        recorder.drain(part)
    run("ip addr add 192.0.2.2/24 dev va")
    recorder.drain("skipped")
    disciplines()
    recorder.drain("disciplines")
    filters()
    recorder.drain("filters")
    for line in XFRM_COMMANDS.strip().splitlines():
        run(line)
    recorder.drain("xfrm")
    os.remove(f"{folder}/skipped.bin")


if __name__ == "__main__":
    main()
