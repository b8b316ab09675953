#!/usr/bin/env python3
"""Records what `iw`, hostapd, wpa_supplicant and `ethtool` say to a kernel with two hwsim radios and what it answers.

README.md tells how to run it. The messages of one family after another go to a file, padded, as they are: requests,
answers and news, so that an answer can be found by its request's sequence number and port. What `iw` printed at the
end goes to a text file, each command's behind a line with `$ `.
"""
import os
import struct
import subprocess
import sys
import tempfile
import time

from record import Recorder, run

GENERIC, NLCTRL = 16, 16

# The state of things must not change from here on: what is asked is asked again by the test.
ASKED = """
iw dev
iw phy
iw reg get
iw dev wlan1 info
iw dev wlan1 link
iw dev wlan1 scan dump
iw dev wlan1 station dump
iw dev wlan0 station dump
iw dev wlan1 survey dump
iw dev wlan1 get power_save
iw features
"""

HOSTAPD = """
interface=wlan0
driver=nl80211
ssid=softnet
channel=1
hw_mode=g
ieee80211n=1
ieee80211ax=1
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=abcdefgh12345
"""

SUPPLICANT = """
network={
 ssid="softnet"
 psk="abcdefgh12345"
 scan_freq=2412
}
"""

OTHER = """
iw phy#0 wowlan enable disconnect magic-packet
iw dev wlan1 set power_save on
iw dev wlan1 cqm rssi -70 4
iw dev wlan1 set bitrates legacy-5 6 12 24 ht-mcs-5 1 2 vht-mcs-5 1:0-7
iw dev wlan1 set bitrates
iw dev wlan1 offchannel 2412 20
iw dev wlan1 disconnect
iw phy#1 set txpower fixed 1000
iw phy#1 set rts 500
iw phy#1 set antenna 1 1
iw reg set DE
iw dev wlan1 del
iw phy#1 interface add mesh1 type mp mesh_id softnet
ip link set mesh1 up
iw dev mesh1 get mesh_param
iw dev mesh1 set mesh_param mesh_ttl 20
iw dev mesh1 mpath dump
iw dev mesh1 scan freq 2412 2437 ssid a ssid b
iw dev mesh1 del
iw phy#1 interface add mon1 type monitor flags fcsfail control
iw phy#1 interface add ibss1 type ibss
ip link set ibss1 up
iw dev ibss1 ibss join test 2412 HT20
iw dev ibss1 ibss leave
iw dev ibss1 ocb leave
iw phy#1 interface add p2p1 type __p2pdev
iw dev ibss1 measurement ftm_request /dev/null
iw list
"""

ETHTOOL = """
ethtool DEV
ethtool -a DEV
ethtool -c DEV
ethtool -g DEV
ethtool -k DEV
ethtool -l DEV
ethtool -T DEV
ethtool -P DEV
ethtool -x DEV
ethtool -m DEV
ethtool --show-eee DEV
ethtool --show-fec DEV
ethtool --show-module DEV
ethtool --show-tunnels DEV
ethtool --show-priv-flags DEV
ethtool --cable-test DEV
ethtool --cable-test-tdr DEV
ethtool -S DEV --groups eth-phy eth-mac eth-ctrl rmon
ethtool --debug 1 -k DEV
ethtool -K DEV tx off gso off
ethtool -K DEV tso on gro off
ethtool -G DEV rx 512 tx 128
ethtool -C DEV rx-usecs 20 adaptive-tx on
ethtool -A DEV autoneg off rx on tx off
ethtool -L DEV rx 2 tx 2
ethtool -s DEV speed 100 duplex full autoneg off
ethtool -s DEV wol g sopass 00:01:02:03:04:05
ethtool -s DEV msglvl drv on
ethtool --set-eee DEV eee on
ethtool --set-fec DEV encoding rs
ethtool --set-priv-flags DEV flag on
"""


def messages(data):
    while len(data) >= 16:
        length, kind = struct.unpack_from("=IH", data)
        if length < 16:
            return
        yield kind, data[:length] + bytes(-length % 4)
        data = data[(length + 3) & ~3 :]


def ids(recorder):
    """Families' ids by name, from what nlctrl answered to `genl ctrl list`."""
    run("genl ctrl list")
    found = {}
    for data in recorder.datagrams(GENERIC):
        for kind, message in messages(data):
            if kind == NLCTRL and message[16] == 1:
                length = struct.unpack_from("=H", message, 20)[0]
                name = message[24 : 20 + length].rstrip(b"\0").decode()
                at = 20 + (length + 3 & ~3)
                found[name] = struct.unpack_from("=H", message, at + 4)[0]
    return found


class Part:
    """A file of one family's messages. Errors and the ends of dumps stay, as answers."""

    def __init__(self, recorder, family, whole=False):
        self.recorder, self.family, self.whole = recorder, family, whole
        self.kept, self.asked, self.seen = [], set(), set()

    def drain(self):
        for data in self.recorder.datagrams(GENERIC):
            for kind, message in messages(data):
                flags, seq = struct.unpack_from("=HI", message, 6)
                if kind == self.family and flags & 1:
                    self.asked.add(seq)
                if kind != self.family and not (kind < 16 and seq in self.asked):
                    continue
                key = message[4:8] + message[16:]
                if key in self.seen and not (self.whole and seq):
                    continue
                self.seen.add(key)
                self.kept.append(message)

    def save(self, path):
        with open(path, "wb") as out:
            out.write(b"".join(self.kept))


def associate():
    # In the guest's own /tmp: the rest of its files are the host's.
    own = tempfile.mkdtemp()
    for name, text in (("hostapd", HOSTAPD), ("supplicant", SUPPLICANT)):
        with open(f"{own}/{name}.conf", "w") as out:
            out.write(text)
    run("iw reg set US")
    run("ip link set lo up")
    run(f"hostapd -B -f {own}/hostapd.log {own}/hostapd.conf")
    run(f"wpa_supplicant -B -i wlan1 -c {own}/supplicant.conf -D nl80211")
    for _ in range(100):
        link = subprocess.run(["iw", "dev", "wlan1", "link"], capture_output=True, text=True).stdout
        if "SSID" in link:
            break
        time.sleep(0.1)
    time.sleep(1)
    # Their own questions would come between.
    os.system("killall -STOP hostapd wpa_supplicant")


def wifi(recorder, family, folder):
    associate()
    news = Part(recorder, family)
    news.drain()
    news.save(f"{folder}/nl80211-news.bin")
    asked, texts = Part(recorder, family, whole=True), []
    for line in ASKED.strip().splitlines():
        done = subprocess.run(line.split(), capture_output=True, text=True)
        texts.append(f"$ {line}\n{done.stdout}{done.stderr}")
        asked.drain()
    asked.save(f"{folder}/nl80211.bin")
    with open(f"{folder}/iw.txt", "w") as out:
        out.write("".join(texts))
    os.system("killall -9 hostapd wpa_supplicant")
    other = Part(recorder, family)
    for line in OTHER.strip().splitlines():
        run(line)
        other.drain()
    other.save(f"{folder}/nl80211-other.bin")


def ethtool(recorder, family, folder):
    with open("/sys/bus/netdevsim/new_device", "w") as out:
        out.write("1 1 2")
    run("ip link add va type veth peer name vb")
    devices = [name for name in os.listdir("/sys/class/net") if name.startswith(("eni", "eth", "ns"))]
    part = Part(recorder, family)
    for device in devices[:1] + ["va"]:
        run(f"ip link set {device} up")
        for line in ETHTOOL.strip().splitlines():
            run(line.replace("DEV", device))
            part.drain()
    part.save(f"{folder}/ethtool.bin")


def policies(recorder, folder):
    part = Part(recorder, NLCTRL)
    for name in ("ethtool", "nl80211"):
        run(f"genl ctrl get name {name}")
        run(f"genl ctrl policy name {name}")
    part.drain()
    part.save(f"{folder}/families.bin")


def main():
    folder = sys.argv[1]
    recorder = Recorder(folder)
    known = ids(recorder)
    print(known, flush=True)
    policies(recorder, folder)
    ethtool(recorder, known["ethtool"], folder)
    wifi(recorder, known["nl80211"], folder)


if __name__ == "__main__":
    main()
