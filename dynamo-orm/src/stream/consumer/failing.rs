//! A record that fails: it is tried again, or put away, or the end of the consumer.

use std::sync::Arc;
use std::time::Duration;

use super::super::dead_letter::DeadLetter;
use super::super::failure::Failure;
use super::super::raw::RawRecord;
use super::super::view::View;
use super::notice::Notice;
use super::progress::Progress;
use super::shard::{Shard, Step};
use super::shared::{Shared, Why};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Table;

/// The first wait before a record is tried again; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
impl Shard {
    /// The first pending record failed: it is tried again, or put away, or the end of the consumer.
    pub(super) async fn failed<T: Table, V: View>(
        &mut self,
        shared: &Shared<'_, T, V>,
        progress: &mut Progress,
        why: Option<Why>,
    ) -> Result<Step> {
        self.attempts = self.attempts.saturating_add(1);
        progress.failing += 1;
        let why = why.unwrap_or_else(|| Why {
            reason: "the record is not done".to_owned(),
            permanent: false,
        });
        if !self.save(shared).await? {
            return Ok(Step::Lost);
        }
        if !(why.permanent || self.is_given_up(shared)?) {
            return Ok(self.again(shared, &why.reason));
        }
        let Some(record) = self.pending.first().cloned() else {
            return Ok(Step::Moved);
        };
        let Some(sink) = &shared.router.sink else {
            let number = record.sequence_number().unwrap_or_default();
            return Err(Error::new(
                ErrorKind::Service,
                format!(
                    "the record {number} of {} cannot be processed, after {} attempts: {}; give the router a place \
                     for such records with `dead_letters`",
                    self.id(),
                    self.attempts,
                    why.reason
                ),
            ));
        };
        let reason = format!("after {} attempts: {}", self.attempts, why.reason);
        let letter = DeadLetter::new(Arc::new(record), &Failure::permanent(reason));
        match tokio::time::timeout(shared.settings.handler, sink(letter)).await {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => return Ok(self.again(shared, &failure.to_string())),
            Err(_) => return Ok(self.again(shared, "the dead letters took too long")),
        }
        progress.dead_lettered += 1;
        self.done::<T>(1);
        if self.pending.is_empty() && self.closed {
            return Ok(Step::Moved);
        }
        let saved = self.save(shared).await?;
        Ok(if saved { Step::Moved } else { Step::Lost })
    }

    fn is_given_up<T: Table, V>(&self, shared: &Shared<'_, T, V>) -> Result<bool> {
        let settings = &shared.settings;
        let now = shared.store()?.now();
        let time = self.pending.first().and_then(RawRecord::time);
        let age = time.and_then(|time| now.duration_since(time).ok());
        let too_old = settings.age.zip(age).is_some_and(|(most, age)| age > most);
        Ok(too_old || settings.attempts.is_some_and(|most| self.attempts >= most))
    }

    fn again<T: Table, V>(&self, shared: &Shared<'_, T, V>, reason: &str) -> Step {
        shared.tell(&Notice::Failed {
            shard: self.id(),
            attempts: self.attempts,
            reason,
        });
        let doubled = FIRST_WAIT.saturating_mul(1 << self.attempts.saturating_sub(1).min(16));
        let longest = doubled.min(LONGEST_WAIT);
        Step::Wait(longest.mul_f64(0.5 + fastrand::f64() / 2.0))
    }
}
