//! A batch, and what comes after its invocation.

use serde_json::Value;

use super::invoke::Reply;

/// Records that are delivered together, in Lambda's shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Batch {
    pub(super) records: Vec<Value>,
    /// The failed invocations that count.
    pub(super) failures: u32,
}

/// What is done about failures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    pub(super) retries: Option<u32>,
    pub(super) bisect: bool,
}

/// What comes next.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    Done,
    /// These, in order.
    Again(Vec<Batch>),
    GiveUp(Batch),
}

impl Batch {
    pub(super) fn new(records: Vec<Value>) -> Self {
        Self {
            records,
            failures: 0,
        }
    }

    fn position(&self, number: &str) -> Option<usize> {
        let of = |record: &Value| sequence_number(record) == Some(number);
        self.records.iter().position(of)
    }
}

/// The sequence number of a record.
pub(super) fn sequence_number(record: &Value) -> Option<&str> {
    record.pointer("/dynamodb/SequenceNumber")?.as_str()
}

impl Policy {
    /// Lambda's rules: what stands before the first failed record is done; a batch that failed as a whole is halved
    /// where that is asked for, and a split uses up no retry.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html>
    pub(super) fn after(self, mut batch: Batch, reply: Reply) -> Next {
        let numbers = match reply {
            Reply::Done => return Next::Done,
            Reply::Unreachable => return Next::Again(vec![batch]),
            Reply::Failed => None,
            Reply::Partial(numbers) => Some(numbers),
        };
        // A number that is none of the batch's makes it a failure of the whole.
        let places = numbers.and_then(|numbers| {
            let places = numbers.iter().map(|number| batch.position(number));
            places.collect::<Option<Vec<_>>>()
        });
        let first = places.and_then(|places| places.into_iter().min());
        if self.bisect {
            match first {
                Some(first @ 1..) => {
                    batch.records.drain(..first);
                    return Next::Again(vec![batch]);
                }
                None if batch.records.len() > 1 => {
                    let behind = Batch {
                        records: batch.records.split_off(batch.records.len() / 2),
                        failures: batch.failures,
                    };
                    return Next::Again(vec![batch, behind]);
                }
                _ => {}
            }
        }
        batch.records.drain(..first.unwrap_or(0));
        batch.failures = batch.failures.saturating_add(1);
        if self.retries.is_some_and(|most| batch.failures > most) {
            return Next::GiveUp(batch);
        }
        Next::Again(vec![batch])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn batch(numbers: std::ops::Range<u32>, failures: u32) -> Batch {
        let record = |n: u32| json!({"dynamodb": {"SequenceNumber": n.to_string()}});
        Batch {
            records: numbers.map(record).collect(),
            failures,
        }
    }

    fn partial(numbers: &[&str]) -> Reply {
        Reply::Partial(numbers.iter().map(|&n| n.to_owned()).collect())
    }

    const PLAIN: Policy = Policy {
        retries: Some(2),
        bisect: false,
    };
    const BISECT: Policy = Policy {
        retries: Some(2),
        bisect: true,
    };

    #[test]
    fn what_stands_before_the_first_failed_record_is_done() {
        let next = PLAIN.after(batch(0..5, 0), partial(&["3", "2"]));
        assert_eq!(next, Next::Again(vec![batch(2..5, 1)]));
        let next = BISECT.after(batch(0..5, 1), partial(&["2"]));
        assert_eq!(next, Next::Again(vec![batch(2..5, 1)]));
    }

    #[test]
    fn a_number_of_another_batch_fails_the_whole() {
        let next = PLAIN.after(batch(0..5, 0), partial(&["3", "77"]));
        assert_eq!(next, Next::Again(vec![batch(0..5, 1)]));
    }

    #[test]
    fn a_failed_batch_is_halved_in_order_and_uses_up_no_retry() {
        let next = BISECT.after(batch(0..5, 2), Reply::Failed);
        assert_eq!(next, Next::Again(vec![batch(0..2, 2), batch(2..5, 2)]));
        let next = BISECT.after(batch(0..1, 1), Reply::Failed);
        assert_eq!(next, Next::Again(vec![batch(0..1, 2)]));
    }

    #[test]
    fn a_batch_is_given_up_after_its_retries_and_never_without_a_limit() {
        let next = PLAIN.after(batch(0..2, 2), Reply::Failed);
        assert_eq!(next, Next::GiveUp(batch(0..2, 3)));
        let forever = Policy {
            retries: None,
            bisect: false,
        };
        let next = forever.after(batch(0..2, 99), Reply::Failed);
        assert_eq!(next, Next::Again(vec![batch(0..2, 100)]));
    }

    #[test]
    fn a_function_that_is_not_there_uses_up_no_retry() {
        let next = PLAIN.after(batch(0..2, 2), Reply::Unreachable);
        assert_eq!(next, Next::Again(vec![batch(0..2, 2)]));
    }
}
