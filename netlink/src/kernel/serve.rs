//! The plain way to serve: a family, and calls that see to it that all of it is called when it should.

use super::{
    Call, Closed, Credentials, Cx, DumpControl, DumpTurn, DumpWriter, Errno, Error, Membership,
    Outcome, Progress, Received, RecvFlags, Request, SocketId, Table,
};

/// Who answers the requests of a protocol, or, as [`ByProtocol`](super::ByProtocol), of several.
pub trait Family<C> {
    /// State of a running dump (`cb->ctx`).
    type Dump;

    /// Handles a message (`doit`); `cx` takes what is to be sent.
    ///
    /// # Errors
    /// The number that the sender is answered with.
    fn doit(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Outcome, Errno>;

    /// Begins the dump that [`Self::doit`] answered with.
    ///
    /// # Errors
    /// The number that the sender is answered with; there is no dump then.
    fn start(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Self::Dump, Errno>;

    /// Writes as much of a dump as fits.
    ///
    /// # Errors
    /// The number that ends the dump. EMSGSIZE, which a full buffer turns into, means that there is more.
    fn dump(&mut self, dump: &mut Self::Dump, to: &mut DumpWriter<'_>) -> Result<Progress, Errno>;

    /// The dump is over: at its end, or because its reader is gone. Called once for each [`Self::start`].
    fn done(&mut self, dump: Self::Dump) {
        let _ = dump;
    }
}

/// Answers all messages of a request.
pub fn serve<F: Family<C>, C: Credentials>(
    table: &mut Table<F::Dump, C>,
    mut request: Request<C>,
    family: &mut F,
    cx: &mut Cx,
) {
    while let Some(call) = table.next_call(&mut request) {
        let mut result = family.doit(&call, cx);
        if let Ok(Outcome::Dump(control)) = result {
            result = match table.may_dump(&request) {
                Ok(()) => start(table, &mut request, family, (control, cx)),
                Err(error) => Err(error.errno()),
            };
        }
        table.finish(&mut request, result, cx);
    }
}

/// Starts a dump and makes its first part.
fn start<F: Family<C>, C: Credentials>(
    table: &mut Table<F::Dump, C>,
    request: &mut Request<C>,
    family: &mut F,
    (control, cx): (DumpControl, &mut Cx),
) -> Result<Outcome, Errno> {
    let Some(call) = table.next_call(request) else {
        return Ok(Outcome::Quiet);
    };
    let state = family.start(&call, cx)?;
    // What was said before the dump is read before it.
    table.flush(&mut cx.outbox);
    match table.start_dump(request, state, control) {
        Ok(turn) => {
            run(table, turn, family);
            Ok(Outcome::Quiet)
        }
        Err(refused) => {
            if let Some(state) = refused.state {
                family.done(state);
            }
            Err(refused.error.errno())
        }
    }
}

/// [`Table::recvmsg`], and the next part of a dump if one is due.
///
/// # Errors
/// As [`Table::recvmsg`].
pub fn receive<F: Family<C>, C: Credentials>(
    table: &mut Table<F::Dump, C>,
    id: SocketId,
    (buffer, flags): (&mut [u8], RecvFlags),
    family: &mut F,
) -> Result<Received<F::Dump, C>, Error> {
    let mut received = table.recvmsg(id, buffer, flags)?;
    if let Some(turn) = received.dump.take() {
        run(table, turn, family);
    }
    Ok(received)
}

/// [`Table::close`], and the end of a dump that was running.
///
/// # Errors
/// [`Error::Closed`].
pub fn close<F: Family<C>, C: Credentials>(
    table: &mut Table<F::Dump, C>,
    id: SocketId,
    members: &mut impl Membership<C>,
    family: &mut F,
) -> Result<(), Error> {
    let Closed { dump, .. } = table.close(id, members)?;
    if let Some(state) = dump {
        family.done(state);
    }
    Ok(())
}

fn run<F: Family<C>, C: Credentials>(
    table: &mut Table<F::Dump, C>,
    mut turn: DumpTurn<F::Dump>,
    family: &mut F,
) {
    turn.run(|state, to| family.dump(state, to));
    if let Some(state) = table.finish_dump(turn) {
        family.done(state);
    }
}
