//! A small HTTP client (RFC 9112) that compares each byte of the body with a file.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::fs::FileExt;

use sha2::{Digest, Sha256};
use smoltcp::socket::tcp;
use softnet_sk_buff::Instant;

use super::server::Served;
use crate::app::App;
use crate::recorder::Probe;
use crate::stations;
use softnet_examples::failure::Failure;
use softnet_examples::text::{Text, grouped};

/// The longest head that is read.
const HEAD: usize = 16 << 10;

pub(super) struct Http {
    request: String,
    file: File,
    len: u64,
    asked_at: Option<Instant>,
    done_at: Option<Instant>,
    head: Vec<u8>,
    /// The first line of the answer, once the head is complete.
    status: Option<String>,
    /// Bytes of the answer, and of its body.
    pub(super) read: u64,
    pub(super) body: u64,
    hash: Sha256,
    /// Where the first byte differed from the file.
    wrong: Option<u64>,
    closed: bool,
}

impl Http {
    pub(super) fn new(path: &str, file: File, len: u64) -> Self {
        Self {
            request: format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", super::LINUX),
            file,
            len,
            asked_at: None,
            done_at: None,
            head: Vec::new(),
            status: None,
            read: 0,
            body: 0,
            hash: Sha256::new(),
            wrong: None,
            closed: false,
        }
    }

    /// Whether it has been let in.
    pub(super) fn has_begun(&self) -> bool {
        self.asked_at.is_some()
    }

    /// Whether the server has said all.
    pub(super) fn is_over(&self) -> bool {
        self.closed
    }

    /// Takes bytes of the answer.
    fn take(&mut self, mut bytes: &[u8]) {
        if self.status.is_none() {
            let before = self.head.len();
            self.head.extend_from_slice(bytes);
            let end = self.head.windows(4).position(|four| four == b"\r\n\r\n");
            let Some(end) = end.map(|at| at + 4) else {
                self.closed |= self.head.len() > HEAD;
                return;
            };
            bytes = &bytes[end - before..];
            let line = self.head.split(|byte| *byte == b'\r').next().unwrap_or_default();
            self.status = Some(String::from_utf8_lossy(line).into_owned());
        }
        self.hash.update(bytes);
        let mut want = vec![0; bytes.len()];
        let same = self.file.read_exact_at(&mut want, self.body).is_ok() && want == bytes;
        if !same && self.wrong.is_none() {
            let at = want.iter().zip(bytes).take_while(|(want, got)| want == got).count();
            self.wrong = Some(self.body + at as u64);
        }
        self.body += bytes.len() as u64;
    }

    /// Tells of the transfer.
    pub(super) fn report(&self, text: &mut Text, frames: u64) {
        text.head("The transfer");
        let begin = self.asked_at.unwrap_or(Instant::ZERO);
        let took = self.done_at.map(|at| at.saturating_since(begin)).unwrap_or_default();
        let seconds = took.as_secs_f64().max(1e-9);
        text.line(format!("  answer         {}", self.status.as_deref().unwrap_or("none")));
        text.line(format!(
            "  bytes compared {} of {}, each one",
            grouped(self.body),
            grouped(self.len)
        ));
        text.line(format!(
            "  real time      {seconds:.3} s from request to last byte: {:.1} Mbit/s, {} frames a second",
            self.body as f64 * 8.0 / seconds / 1e6,
            grouped((frames as f64 / seconds) as u64)
        ));
    }

    /// What is not as it must be; and the checksums of both ends, told in any case.
    pub(super) fn faults(&self, text: &mut Text, served: &Served) -> Result<Vec<String>, Failure> {
        let hex = |hash: Sha256| {
            hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let failed = |why| Failure::broken("the file", why);
        let (mut file, mut there) = (served.copy()?, Sha256::new());
        file.rewind().map_err(failed)?;
        let mut piece = vec![0; 1 << 16];
        loop {
            let len = file.read(&mut piece).map_err(failed)?;
            if len == 0 {
                break;
            }
            there.update(&piece[..len]);
        }
        let (here, there) = (hex(self.hash.clone()), hex(there));
        text.line(format!("  sha256 there   {there}"));
        text.line(format!("  sha256 here    {here}"));
        let mut wrong = Vec::new();
        let status = self.status.as_deref().unwrap_or("no answer");
        if status.split(' ').nth(1) != Some("200") {
            wrong.push(format!("the server said: {status}"));
        } else if let Some(at) = self.wrong {
            wrong.push(format!("byte {at} arrived changed"));
        } else if self.body != self.len {
            wrong.push(format!("{} of {} bytes arrived", self.body, self.len));
        } else if here != there {
            wrong.push("the checksums differ".into());
        }
        Ok(wrong)
    }
}

impl App for Http {
    fn run(&mut self, socket: &mut tcp::Socket<'static>, probe: &Probe, now: Instant) {
        if self.asked_at.is_none() && socket.may_send() {
            // A fresh socket's buffer has room for a request of some 50 bytes.
            let _ = socket.send_slice(self.request.as_bytes());
            self.asked_at = Some(now);
        }
        while socket.can_recv() {
            probe.enter(stations::RECVMSG, now, None);
            let from = self.read;
            let read = socket.recv(|bytes| {
                self.take(bytes);
                (bytes.len(), bytes.len() as u64)
            });
            self.read += read.unwrap_or(0);
            self.done_at = Some(now);
            probe.read(now, from, self.read);
            probe.leave(now);
        }
        if self.asked_at.is_some() && !socket.may_recv() && socket.may_send() {
            socket.close();
            self.closed = true;
        }
    }
}
