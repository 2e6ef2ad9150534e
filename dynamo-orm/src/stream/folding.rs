//! Folding the records of one invocation into the state of its window (feature `lambda`).

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;

use crate::error::Result;

use super::collect::{Gathering, Unwritten};
use super::failure::Failure;
use super::process::Found;
use super::raw::RawRecord;
use super::window_event::decode;
use super::work::panicked;

/// Adds one record to the state.
pub(super) type Step<'a, S> = Box<dyn Fn(&mut S) + Send + 'a>;
/// Reads a record as a fold wants it; `None` where it does not concern it.
pub(super) type Fold<'a, S> =
    Box<dyn Fn(&Arc<RawRecord>, &Found) -> Result<Option<Step<'a, S>>> + Send + Sync + 'a>;
/// The state of one invocation.
pub(super) struct Folding<'w, 'a, S> {
    pub(super) folds: &'w [Fold<'a, S>],
    /// The state as it was given.
    pub(super) before: Option<&'w str>,
    pub(super) steps: Mutex<Vec<(usize, Step<'a, S>)>>,
    pub(super) state: Mutex<S>,
}

impl<S: DeserializeOwned + Default + Send> Folding<'_, '_, S> {
    /// Folds the records before the end; where one panics, those before it.
    fn fold(&self, end: usize) -> Result<(), Unwritten> {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.sort_by_key(|(position, _)| *position);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for (position, step) in steps.iter().take_while(|(position, _)| *position < end) {
            let done = catch_unwind(AssertUnwindSafe(|| step(&mut state)));
            if let Err(panic) = done {
                // What it had changed already goes with it.
                *state = decode(self.before).map_err(|e| (0, e.into()))?;
                for (_, step) in steps.iter().take_while(|(before, _)| before < position) {
                    step(&mut state);
                }
                return Err((*position, panicked(&*panic)));
            }
        }
        Ok(())
    }
}

impl<S: DeserializeOwned + Default + Send> Gathering for Folding<'_, '_, S> {
    fn take(&self, position: usize, raw: &Arc<RawRecord>, found: &Found) -> Result<bool, Failure> {
        let mut taken = false;
        for fold in self.folds {
            if let Some(step) = fold(raw, found)? {
                let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
                steps.push((position, step));
                taken = true;
            }
        }
        Ok(taken)
    }

    fn first(&self) -> Option<usize> {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.iter().map(|(position, _)| *position).min()
    }

    fn write(
        &self,
        end: usize,
    ) -> Pin<Box<dyn Future<Output = Result<(), Unwritten>> + Send + '_>> {
        let folded = self.fold(end);
        Box::pin(async move { folded })
    }
}
