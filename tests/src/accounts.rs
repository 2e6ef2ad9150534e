//! A model with versions, unique values and time to live.

use std::time::SystemTime;

use dynamo_orm::{Entity, KeyPart, Table};
use serde::{Deserialize, Serialize};

/// Users, their sessions and their teams.
#[derive(Table, Debug, Clone, PartialEq)]
#[table(
    name = "Accounts",
    pk = "PK",
    sk = "SK",
    kind = "_type",
    ttl = "expires_at",
    gsi(ByState, pk = "GSI1PK", sk = "GSI1SK")
)]
pub enum Accounts {
    /// A versioned entity with unique values.
    User(User),
    /// A versioned entity.
    Wallet(Wallet),
    /// Unique values without a version.
    Team(Team),
    /// Unique values and a time to live.
    Session(Session),
    /// Nothing special.
    Note(Note),
}

/// The state of a user.
#[derive(KeyPart, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
pub enum State {
    /// Invited.
    Invited,
    /// Active.
    Active,
}

/// A user: the e-mail address is unique in whatever case, the handle within the tenant.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Accounts, pk = "USER#{id}", sk = "USER",
         index(ByState, pk = "STATE#{state}", sk = "{id}", query = by_state),
         unique("{email:lower}"), unique(handle, within = tenant))]
pub struct User {
    /// The id.
    pub id: String,
    /// Unique, in whatever case.
    pub email: String,
    /// Scope of the handle.
    pub tenant: String,
    /// Unique within the tenant, if there is one.
    pub handle: Option<String>,
    /// In an index.
    pub state: State,
    /// Counted by the library.
    #[entity(version)]
    pub version: u64,
}

/// Money, locked optimistically.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Accounts, pk = "WALLET#{id}", sk = "WALLET",
         index(ByState, pk = "WALLETS", sk = "{cents}", query = by_cents))]
pub struct Wallet {
    /// The id.
    pub id: String,
    /// In an index.
    pub cents: i64,
    /// A remark.
    pub note: Option<String>,
    /// Counted by the library.
    #[entity(version, rename = "v")]
    pub version: u32,
    /// Set by every write.
    #[entity(updated_at)]
    pub updated_at: SystemTime,
}

/// A team: its name is unique together with its city.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Accounts, pk = "TEAM#{id}", sk = "TEAM",
         index(ByState, pk = "CITY#{city}", sk = "{name}#{rank}", query = by_city),
         unique(city, name, name = "place"))]
pub struct Team {
    /// The id.
    pub id: u32,
    /// Unique with the name.
    pub city: String,
    /// Unique with the city.
    pub name: String,
    /// In the same index key as the name.
    pub rank: u32,
    /// A remark.
    pub note: Option<String>,
}

/// A session, which expires; its token is unique.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Accounts, pk = "SESSION#{id}", sk = "SESSION", unique(token))]
pub struct Session {
    /// The id.
    pub id: String,
    /// Unique among all that have not expired.
    pub token: String,
    /// When it expires.
    #[entity(ttl)]
    pub expires_at: SystemTime,
}

/// A note, which may expire.
#[derive(Entity, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[entity(table = Accounts, pk = "NOTE#{id}", sk = "NOTE")]
pub struct Note {
    /// The id.
    pub id: String,
    /// The text.
    pub text: String,
    /// When it expires.
    #[entity(ttl)]
    pub expires_at: Option<SystemTime>,
}

/// A user with a handle.
#[must_use]
pub fn user(id: &str, email: &str, handle: &str) -> User {
    User {
        id: id.to_owned(),
        email: email.to_owned(),
        tenant: "acme".to_owned(),
        handle: Some(handle.to_owned()),
        state: State::Invited,
        version: 0,
    }
}

/// A wallet that was never stored.
#[must_use]
pub fn wallet(id: &str, cents: i64) -> Wallet {
    Wallet {
        id: id.to_owned(),
        cents,
        note: None,
        version: 0,
        updated_at: crate::instant(0),
    }
}

/// A team of rank 1.
#[must_use]
pub fn team(id: u32, city: &str, name: &str) -> Team {
    Team {
        id,
        city: city.to_owned(),
        name: name.to_owned(),
        rank: 1,
        note: None,
    }
}

/// A note that does not expire.
#[must_use]
pub fn note(id: &str) -> Note {
    Note {
        id: id.to_owned(),
        text: "text".to_owned(),
        expires_at: None,
    }
}
