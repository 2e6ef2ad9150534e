//! What all shards of a consumer share: the router, the checkpoints, the settings, and who is told.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::deadline::Deadline;
use super::super::failure::Failure;
use super::super::process::FirstFailure;
use super::super::raw::RawRecord;
use super::super::router::Router;
use super::notice::{Lost, Notice};
use super::settings::{Settings, Trimmed};
use super::store::Store;
use crate::client::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Table;

type Observer<'a> = Box<dyn Fn(&Notice<'_>) + Send + Sync + 'a>;

pub(super) struct Shared<'a, T, V> {
    pub(super) name: String,
    pub(super) db: Db<T>,
    pub(super) router: Router<'a, T, V>,
    /// The text says why the table cannot have checkpoints.
    pub(super) store: Result<Store, String>,
    pub(super) settings: Settings,
    pub(super) observer: Option<Observer<'a>>,
    pub(super) failures: Failures,
}

impl<'a, T: Table, V> Shared<'a, T, V> {
    pub(super) fn new(db: &Db<T>, name: &str, mut router: Router<'a, T, V>) -> Self {
        let failures = Failures::default();
        let (kept, told) = (failures.clone(), router.observer.take());
        router.observer = Some(Box::new(move |record, failure| {
            kept.note(record, failure);
            if let Some(told) = &told {
                harmless(|| told(record, failure));
            }
        }));
        // There is no invocation that could fail.
        router.first = FirstFailure::Checkpoint;
        let mut shared = Self {
            name: name.to_owned(),
            db: db.clone(),
            router,
            store: Err("a consumer needs a name, under which its checkpoints stand".to_owned()),
            settings: Settings::default(),
            observer: None,
            failures,
        };
        shared.keep_in(db);
        shared
    }

    /// Keeps checkpoints in this table.
    pub(super) fn keep_in<C: Table>(&mut self, db: &Db<C>) {
        if !self.name.is_empty() {
            self.store = Store::new(db, &self.name).map_err(|error| error.message().to_owned());
        }
    }

    pub(super) fn store(&self) -> Result<&Store> {
        let unfit = |text: &String| Error::invalid(text.clone());
        self.store.as_ref().map_err(unfit)
    }

    /// Until when the records of a batch have time, with what the router keeps back of it.
    pub(super) fn deadline(&self) -> Deadline {
        let writing = if self.router.collectors.is_empty() {
            Duration::ZERO
        } else {
            self.router.writing
        };
        let kept = self.router.margin.saturating_add(writing);
        Deadline::within(self.settings.handler.saturating_add(kept))
    }

    pub(super) fn tell(&self, notice: &Notice<'_>) {
        if let Some(observer) = &self.observer {
            harmless(|| observer(notice));
        }
    }

    /// Records are lost: that is an error, or told.
    pub(super) fn lose(&self, lost: &Lost) -> Result<()> {
        self.tell(&Notice::RecordsLost { lost });
        match self.settings.trimmed {
            Trimmed::Continue => Ok(()),
            Trimmed::Fail => Err(Error::new(
                ErrorKind::Service,
                format!(
                    "{lost}; to go on at the oldest record there is, say `on_trimmed(Trimmed::Continue)`"
                ),
            )),
        }
    }
}

/// Tells an observer, whose panic is its own affair: the panic hook has said it, and the work goes on.
fn harmless(tell: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(tell));
}

/// Why records failed, from the router's observer: an outcome only says which.
#[derive(Clone, Default)]
pub(super) struct Failures(Arc<Mutex<HashMap<String, Why>>>);

/// Why a record failed.
#[derive(Clone, Debug)]
pub(super) struct Why {
    pub(super) reason: String,
    pub(super) permanent: bool,
}

impl Failures {
    fn note(&self, record: &RawRecord, failure: &Failure) {
        let why = Why {
            reason: failure.to_string(),
            permanent: failure.is_permanent(),
        };
        self.lock().insert(record.identity_of_change(), why);
    }

    /// The reason of one record; those of the whole batch are forgotten.
    pub(super) fn take(&self, batch: &[RawRecord], failed: Option<usize>) -> Option<Why> {
        let mut kept = self.lock();
        let mut why = None;
        for (n, record) in batch.iter().enumerate() {
            let found = kept.remove(&record.identity_of_change());
            if Some(n) == failed {
                why = found;
            }
        }
        why
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Why>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
