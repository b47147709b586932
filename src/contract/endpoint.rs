//! An endpoint: a const value with a function pointer. It decodes outside the lock and acts inside it.

use http::header::{HeaderName, HeaderValue};
use serde::Serialize;

use super::call::Call;
use super::codes::CodeTable;
use super::fields::{FieldTable, Named, Notes, Reading};
use super::written;
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::domain::user::Caller;
use crate::domain::world::World;

/// One endpoint. Its card is the fixture of the same name, so that nothing is said twice.
pub(crate) struct Endpoint {
    /// `<group>/<stem>`: the names of its source file and of its card.
    pub id: &'static str,
    /// Who has to be known before it acts.
    pub admit: Admit,
    /// Decodes and checks a call.
    pub run: Run,
}

/// Who has to be known before an endpoint acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admit {
    /// Nobody.
    Anyone,
    /// The owner of an access token.
    Token,
    /// A partner, by a signature.
    Signed,
}

/// Decodes and checks, without the lock. A refusal waits until admission and the scenario have spoken.
pub(crate) type Run = for<'a> fn(&mut Visit<'a>) -> Result<Act<'a>, Refusal>;

/// What a handler may see besides the world.
pub(crate) struct Visit<'a> {
    /// The call.
    pub call: &'a Call,
    /// The card's fields, compiled.
    pub fields: &'a FieldTable,
    /// The group's codes: an answer about many things has one for each.
    pub codes: &'a CodeTable,
    /// The language that the caller asks for.
    pub language: Language,
    /// What was accepted although it is not as documented; goes to the journal.
    pub notes: Notes,
    /// What of the world the call names, once it was read: how rules and magic values find it.
    pub named: Named<'a>,
}

impl<'a> Visit<'a> {
    /// Reads the card's fields, from the body or the query as the card says.
    pub(crate) fn read(&mut self) -> Result<Reading<'a>, Refusal> {
        let reading = self.fields.read_call(self.call, &mut self.notes).map_err(Refusal::BadBody)?;
        self.named = reading.named();
        Ok(reading)
    }
}

/// What an act has before it besides the world.
pub(crate) struct Desk<'d> {
    /// Who calls.
    pub caller: &'d Caller,
    /// What was accepted although it is not as documented, or is worth knowing; goes to the journal.
    pub notes: &'d mut Notes,
}

/// A look at the world.
pub(crate) type Read<'a> = Box<dyn FnOnce(&World, &mut Desk<'_>) -> Answer + Send + 'a>;

/// A change of the world.
pub(crate) type Write<'a> = Box<dyn FnOnce(&mut World, &mut Desk<'_>) -> Answer + Send + 'a>;

/// What is then done under the lock.
pub(crate) enum Act<'a> {
    /// Looks at the world.
    Read(Read<'a>),
    /// Changes the world.
    Write(Write<'a>),
}

/// What an endpoint answers: its data, or a business "no".
pub(crate) type Answer = Result<Data, Refusal>;

/// The payload of a success, written as JSON after the lock is gone. Keys come in the vendor's printed order, because a
/// struct is serialised in the order of its fields.
pub(crate) struct Data {
    payload: Option<Box<dyn Payload + Send>>,
    /// A header that goes with it.
    pub header: Option<(HeaderName, HeaderValue)>,
    /// The name of the code of a refusal that says more than its code: a list of which some were refused.
    pub refused: Option<&'static str>,
}

trait Payload {
    fn write(&self, out: &mut Vec<u8>);
}

impl<T: Serialize> Payload for T {
    fn write(&self, out: &mut Vec<u8>) {
        written::write(self, out);
    }
}

impl Data {
    /// Takes a value that knows its JSON form.
    pub(crate) fn new(value: impl Serialize + Send + 'static) -> Self {
        Self { payload: Some(Box::new(value)), header: None, refused: None }
    }

    /// Nothing: null.
    pub(crate) fn null() -> Self {
        Self { payload: None, header: None, refused: None }
    }

    /// The same, with a header in the answer.
    pub(crate) fn with_header(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    /// The same, as a refusal with this code.
    pub(crate) fn refused(self, code_name: &'static str) -> Self {
        Self { refused: Some(code_name), ..self }
    }

    /// Writes the JSON text.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match &self.payload {
            Some(payload) => payload.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}
