//! Two pools, a handful of packets, and what may be done with them.

use softnet_sk_buff::{
    Checksum, CopyError, DropCounts, DropReason, GeometryError, PoolConfig, PoolDrops, SkBuff,
    SkPool,
};

use super::Step;
use super::packet::{LAYERS, Model, Real};

/// Few and small, so that exhaustion and refusals are common.
const CONFIG: [PoolConfig; 2] = [
    PoolConfig { buffers: 4, clones: 3, buffer_size: 256 },
    PoolConfig { buffers: 2, clones: 1, buffer_size: 128 },
];

struct World {
    pools: [SkPool; 2],
    packets: Vec<(Real, Model)>,
    buffers: usize,
    lost: u64,
    drops: DropCounts,
}

/// Runs all steps, then frees what is left and looks whether the pools are whole.
pub(crate) fn run(steps: &[Step]) {
    let mut world = World::new();
    for step in steps {
        world.step(*step);
        for (real, model) in &world.packets {
            model.assert_is(real);
        }
    }
    world.end();
}

fn made_of<T>(result: Result<T, GeometryError>, expected: Result<(), GeometryError>) -> Option<T> {
    assert_eq!(result.as_ref().map(|_| ()), expected.as_ref().map(|_| ()));
    result.ok()
}

fn pattern(step: Step, len: usize) -> Vec<u8> {
    (0..len).map(|n| (n as u8).wrapping_mul(7) ^ step.b as u8 ^ step.at).collect()
}

impl World {
    fn new() -> Self {
        let pools = CONFIG.map(|config| SkPool::heap(config).expect("a good configuration"));
        Self { pools, packets: Vec::new(), buffers: 0, lost: 0, drops: DropCounts::default() }
    }

    fn step(&mut self, step: Step) {
        let pool = usize::from(step.at & 1);
        let (a, b) = (usize::from(step.a % 300), usize::from(step.b % 300));
        if step.op % 24 < 3 || self.packets.is_empty() {
            return self.alloc(pool, a);
        }
        let at = usize::from(step.at) % self.packets.len();
        match step.op % 24 {
            3 => self.free(at, pool, step.b % 4),
            4 => self.clone_of(at, pool),
            5 => self.copy(at, pool, a, b),
            6 => self.payload(at),
            7..=9 => self.grow(at, pool, step.op % 24 - 7, (a, b)),
            _ => self.change(at, step, a),
        }
    }

    /// Packets besides `at` that share its buffer, full ones and payloads.
    fn sharers(&self, at: usize) -> (usize, Vec<&Model>) {
        let mine = self.packets[at].1.buffer;
        let others = self.packets.iter().enumerate().filter(|(n, _)| *n != at);
        let others = others.map(|(_, (_, model))| model).filter(|model| model.buffer == mine);
        let (payloads, full): (Vec<_>, Vec<_>) = others.partition(|model| model.payload);
        (full.len(), payloads)
    }

    fn is_exclusive(&self, at: usize) -> bool {
        let (full, payloads) = self.sharers(at);
        full + payloads.len() == 0
    }

    /// No other packet can read the bytes before `end`.
    fn owns_headers(&self, at: usize, end: usize) -> bool {
        let (full, payloads) = self.sharers(at);
        let free = payloads.iter().all(|payload| payload.floor >= end);
        self.is_exclusive(at) || (!self.packets[at].1.payload && full == 0 && free)
    }

    fn add(&mut self, skb: SkBuff, model: Model) {
        self.packets.push((Real::Full(skb), model));
    }

    fn fresh_buffer(&mut self) -> usize {
        self.buffers += 1;
        self.buffers
    }

    fn alloc(&mut self, pool: usize, headroom: usize) {
        let size = CONFIG[pool].buffer_size as usize;
        let free = self.pools[pool].free();
        match self.pools[pool].alloc(headroom as u16) {
            Some(skb) => {
                assert!(headroom <= size && free > 0);
                let buffer = self.fresh_buffer();
                self.add(skb, Model::fresh(buffer, size, headroom));
            }
            None => assert!(headroom > size || free == 0),
        }
    }

    fn free(&mut self, at: usize, pool: usize, how: u16) {
        let skb = match self.packets.swap_remove(at).0 {
            Real::Full(skb) => skb,
            Real::Payload(payload) => payload.into_inner(),
        };
        match how {
            0 => skb.consume(),
            1 => {
                self.lost += 1;
                let pool = &mut self.pools[pool];
                skb.kfree(DropReason::QDISC_DROP, &mut PoolDrops { pool, counts: &mut self.drops });
            }
            _ => self.pools[pool].consume(skb),
        }
    }

    fn clone_of(&mut self, at: usize, pool: usize) {
        let model = self.packets[at].1.clone();
        let clone = match &self.packets[at].0 {
            Real::Full(skb) => self.pools[pool].clone_of(skb),
            Real::Payload(payload) => self.pools[pool].clone_of_payload(payload),
        };
        if let Some(skb) = clone {
            self.add(skb, Model { payload: false, ..model });
        }
    }

    fn copy(&mut self, at: usize, pool: usize, headroom: usize, tailroom: usize) {
        let (Real::Full(skb), model) = &self.packets[at] else { return };
        let size = CONFIG[pool].buffer_size as usize;
        let moved = model.moved_to(self.buffers + 1, headroom);
        let room = moved.tail + tailroom;
        let free = self.pools[pool].free();
        match self.pools[pool].copy(skb, headroom, tailroom) {
            Ok(copy) => {
                self.fresh_buffer();
                self.add(copy, moved.in_buffer_of(size));
            }
            Err(CopyError::TooBig) => assert!(room > size),
            Err(CopyError::NoMemory) => assert!(room <= size && free == 0),
            Err(other) => panic!("{other}"),
        }
    }

    fn payload(&mut self, at: usize) {
        let (real, mut model) = self.packets.swap_remove(at);
        let real = match real {
            Real::Full(skb) => {
                model.payload = true;
                model.floor = model.data;
                model.headers = [None; 3];
                model.bytes[..model.data].fill(None);
                Real::Payload(skb.into_payload())
            }
            Real::Payload(payload) => Real::Full(payload.into_inner()),
        };
        self.packets.push((real, model));
    }

    /// `cow_head`, `unshare`, `expand_head`.
    fn grow(&mut self, at: usize, pool: usize, how: u8, (a, b): (usize, usize)) {
        let (exclusive, buffer) = (self.is_exclusive(at), self.fresh_buffer());
        let data = self.packets[at].1.data;
        let may_push = self.owns_headers(at, data);
        let size = CONFIG[pool].buffer_size as usize;
        let (Real::Full(skb), model) = &mut self.packets[at] else { return };
        let was = head_of(skb);
        let (headroom, tailroom, result) = match how {
            0 => (a.max(data), 0, skb.cow_head(&mut self.pools[pool], a)),
            1 => (data, 0, skb.unshare(&mut self.pools[pool])),
            _ => (a, b, skb.expand_head(&mut self.pools[pool], a, b)),
        };
        let needless = (how == 0 && may_push && a <= data) || (how == 1 && exclusive);
        let moved = model.moved_to(buffer, headroom);
        match result {
            Ok(()) if head_of(skb) == was => {
                assert!(how == 2 || exclusive || (how == 0 && may_push), "still shared");
                assert!(skb.headroom() >= headroom);
            }
            Ok(()) => *model = moved.in_buffer_of(size),
            Err(CopyError::TooBig) => {
                assert!(moved.tail + tailroom > size && !(needless && exclusive));
            }
            Err(_) => assert!(!(needless && exclusive)),
        }
    }

    fn change(&mut self, at: usize, step: Step, len: usize) {
        let exclusive = self.is_exclusive(at);
        let data = self.packets[at].1.data;
        let owns = self.owns_headers(at, data);
        let first = self.sharers(at).1.iter().map(|payload| payload.floor).min();
        let fill = pattern(step, len);
        let (Real::Full(skb), model) = &mut self.packets[at] else { return };
        let layer = usize::from(step.b % 3);
        match step.op % 24 {
            10 => reserve(skb, model, len),
            11 | 12 => put(skb, model, &fill, exclusive),
            13 | 14 => push(skb, model, &fill, (owns, exclusive)),
            15 => pull(skb, model, len),
            16 => {
                skb.trim(len);
                model.tail = model.tail.min(model.data + len);
            }
            17 => pad(skb, model, len, exclusive),
            18 => set_header(skb, model, layer, len),
            19 => rewind(skb, model, layer),
            20 => overwrite(skb, model, &fill, exclusive),
            21 => overwrite_header(skb, model, &fill, first.filter(|_| !exclusive)),
            22 => {
                model.mark = u32::from(step.a);
                model.cb = [step.b as u8; 48];
                skb.meta_mut().mark = model.mark;
                *skb.cb_mut() = model.cb;
            }
            _ => {
                model.summed_from = Some(model.data + len.min(model.len()));
                let start = model.summed_from.unwrap_or(0) as u16;
                skb.meta_mut().checksum = Checksum::Partial { start, offset: 16 };
            }
        }
    }

    fn end(mut self) {
        while !self.packets.is_empty() {
            let n = self.packets.len();
            self.free(n / 2, n % 2, 2);
        }
        for pool in &mut self.pools {
            assert!(pool.is_whole(), "{pool:?}");
            assert_eq!(pool.free(), pool.config().buffers);
            assert_eq!(pool.unspecified_drops(), 0);
        }
        assert_eq!(self.drops.of(DropReason::QDISC_DROP), self.lost);
    }
}

/// Where the packet's buffer begins.
fn head_of(skb: &SkBuff) -> usize {
    skb.dma_range().addr().get() - skb.headroom()
}

fn reserve(skb: &mut SkBuff, model: &mut Model, len: usize) {
    let expected = match model.len() {
        0 if len <= model.tailroom() => Ok(()),
        0 => Err(GeometryError::Tailroom),
        _ => Err(GeometryError::NotEmpty),
    };
    if made_of(skb.reserve(len), expected).is_some() {
        model.data += len;
        model.tail += len;
    }
}

fn put(skb: &mut SkBuff, model: &mut Model, fill: &[u8], exclusive: bool) {
    let expected = match fill.len() {
        len if len > model.tailroom() => Err(GeometryError::Tailroom),
        _ if exclusive => Ok(()),
        _ => Err(GeometryError::Shared),
    };
    if let Some(bytes) = made_of(skb.put(fill.len()), expected) {
        bytes.copy_from_slice(fill);
        let from = model.tail;
        model.write(from, fill);
        model.tail += fill.len();
    }
}

fn push(skb: &mut SkBuff, model: &mut Model, fill: &[u8], (owns, exclusive): (bool, bool)) {
    match skb.push(fill.len()) {
        Ok(bytes) => {
            assert!(fill.len() <= model.data && owns, "pushed into bytes of another");
            bytes.copy_from_slice(fill);
            model.data -= fill.len();
            model.floor = model.floor.min(model.data);
            model.payload = false;
            let from = model.data;
            model.write(from, fill);
        }
        Err(GeometryError::Headroom) => assert!(fill.len() > model.data),
        // May be cautious: a payload that is gone can leave its start behind.
        Err(why) => assert!(why == GeometryError::Shared && !exclusive, "{why}"),
    }
}

fn pull(skb: &mut SkBuff, model: &mut Model, len: usize) {
    let expected = if len <= model.len() { Ok(()) } else { Err(GeometryError::TooShort) };
    if let Some(bytes) = made_of(skb.pull(len), expected) {
        assert_eq!(bytes.len(), len);
        model.data += len;
    }
}

fn pad(skb: &mut SkBuff, model: &mut Model, len: usize, exclusive: bool) {
    let missing = len.saturating_sub(model.len());
    let expected = match missing {
        0 => Ok(()),
        _ if missing > model.tailroom() => Err(GeometryError::Tailroom),
        _ if exclusive => Ok(()),
        _ => Err(GeometryError::Shared),
    };
    if made_of(skb.pad(len), expected).is_some() {
        let from = model.tail;
        model.write(from, &vec![0; missing]);
        model.tail += missing;
    }
}

fn set_header(skb: &mut SkBuff, model: &mut Model, layer: usize, len: usize) {
    let expected = if len <= model.len() { Ok(()) } else { Err(GeometryError::TooShort) };
    if made_of(skb.set_header(LAYERS[layer], len), expected).is_some() {
        model.headers[layer] = Some(model.data + len);
    }
}

fn rewind(skb: &mut SkBuff, model: &mut Model, layer: usize) {
    let to = model.headers[layer].filter(|&at| at >= model.floor && at <= model.data);
    let expected = if to.is_some() { Ok(()) } else { Err(GeometryError::NoHeader) };
    if made_of(skb.rewind_to(LAYERS[layer]), expected).is_some() {
        model.data = to.unwrap_or(model.data);
    }
}

fn overwrite(skb: &mut SkBuff, model: &mut Model, fill: &[u8], exclusive: bool) {
    let writable = skb.data_mut();
    assert_eq!(writable.is_some(), exclusive);
    if let Some(bytes) = writable {
        let len = bytes.len().min(fill.len());
        bytes[..len].copy_from_slice(&fill[..len]);
        let from = model.data;
        model.write(from, &fill[..len]);
    }
}

/// `first` is where the first other payload begins, if anyone shares the bytes. That nobody else saw
/// the write is what the comparison of all packets after each step shows.
fn overwrite_header(skb: &mut SkBuff, model: &mut Model, fill: &[u8], first: Option<usize>) {
    if let Some(bytes) = skb.header_mut() {
        assert!(first.is_none_or(|first| model.data + bytes.len() <= first.max(model.data)));
        let len = bytes.len().min(fill.len());
        bytes[..len].copy_from_slice(&fill[..len]);
        let from = model.data;
        model.write(from, &fill[..len]);
    }
}
