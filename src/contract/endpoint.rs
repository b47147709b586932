//! An endpoint: a const value with a function pointer. It decodes outside the lock and acts inside it.

use serde::Serialize;

use super::call::Call;
use super::fields::{FieldTable, Notes};
use super::language::Language;
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
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the calls that need no token come with the browsing ones")
    )]
    Anyone,
    /// The owner of an access token.
    Token,
}

/// Decodes and checks, without the lock. A refusal waits until admission and the scenario have spoken.
pub(crate) type Run = for<'a> fn(&mut Visit<'a>) -> Result<Act<'a>, Refusal>;

/// What a handler may see besides the world.
pub(crate) struct Visit<'a> {
    /// The call.
    pub call: &'a Call,
    /// The card's fields, compiled.
    pub fields: &'a FieldTable,
    /// The language that the caller asks for.
    pub language: Language,
    /// What was accepted although it is not as documented; goes to the journal.
    pub notes: Notes,
}

/// A look at the world.
pub(crate) type Read<'a> = Box<dyn FnOnce(&World, &Caller) -> Answer + Send + 'a>;

/// A change of the world.
pub(crate) type Write<'a> = Box<dyn FnOnce(&mut World, &Caller) -> Answer + Send + 'a>;

/// What is then done under the lock.
pub(crate) enum Act<'a> {
    /// Looks at the world.
    #[cfg_attr(not(test), expect(dead_code, reason = "the calls that only read come with the browsing ones"))]
    Read(Read<'a>),
    /// Changes the world.
    Write(Write<'a>),
}

/// What an endpoint answers: its data, or a business "no".
pub(crate) type Answer = Result<Data, Refusal>;

/// The payload of a success, written as JSON after the lock is gone. Keys come in the vendor's printed order, because a
/// struct is serialised in the order of its fields.
pub(crate) struct Data(Box<dyn Payload + Send>);

trait Payload {
    fn write(&self, out: &mut Vec<u8>);
}

impl<T: Serialize> Payload for T {
    fn write(&self, out: &mut Vec<u8>) {
        // Our own types have text keys and finite numbers: what serde_json could refuse does not occur in them.
        let _ = serde_json::to_writer(out, self);
    }
}

impl Data {
    /// Takes a value that knows its JSON form.
    pub(crate) fn new(value: impl Serialize + Send + 'static) -> Self {
        Self(Box::new(value))
    }

    /// Writes the JSON text.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}
