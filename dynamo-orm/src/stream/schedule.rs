//! Which record runs when: in order within a group, groups side by side, nothing behind a failure.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::hash::Hash;
use std::pin::Pin;
use std::task::Poll;

/// Runs one future for each position, at most `limit` at a time, the first ones first.
///
/// Positions of one group run one after the other. A future that gives `false` failed: positions behind the first
/// failure are not started any more, those before it still are. Gives the first failed position.
pub(super) async fn schedule<G: Hash + Eq, F: Future<Output = bool>>(
    groups: impl IntoIterator<Item = G>,
    limit: usize,
    mut start: impl FnMut(usize) -> F,
) -> Option<usize> {
    let (mut queues, group_of) = queues(groups);
    let heads = queues.iter().filter_map(|queue| queue.front().copied());
    let mut ready: BTreeSet<usize> = heads.collect();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::new();
    let mut failed: Option<usize> = None;
    poll_fn(|cx| {
        loop {
            while running.len() < limit.max(1) {
                let Some(first) = ready.pop_first() else {
                    break;
                };
                if failed.is_some_and(|failed| first > failed) {
                    ready.clear();
                    break;
                }
                running.push((first, Box::pin(start(first))));
            }
            if running.is_empty() {
                return Poll::Ready(());
            }
            let mut done: Vec<(usize, bool)> = Vec::new();
            running.retain_mut(|(position, future)| match future.as_mut().poll(cx) {
                Poll::Ready(good) => {
                    done.push((*position, good));
                    false
                }
                Poll::Pending => true,
            });
            if done.is_empty() {
                return Poll::Pending;
            }
            for (position, good) in done {
                if !good {
                    failed = Some(failed.map_or(position, |known| known.min(position)));
                    continue;
                }
                let queue = group_of.get(position).and_then(|g| queues.get_mut(*g));
                if let Some(queue) = queue {
                    queue.pop_front();
                    ready.extend(queue.front());
                }
            }
        }
    })
    .await;
    failed
}

/// The positions of each group, and the group of each position.
fn queues<G: Hash + Eq>(groups: impl IntoIterator<Item = G>) -> (Vec<VecDeque<usize>>, Vec<usize>) {
    let mut known: HashMap<G, usize> = HashMap::new();
    let mut queues: Vec<VecDeque<usize>> = Vec::new();
    let mut group_of = Vec::new();
    for (position, group) in groups.into_iter().enumerate() {
        let next = known.len();
        let group = *known.entry(group).or_insert(next);
        if group == queues.len() {
            queues.push(VecDeque::new());
        }
        if let Some(queue) = queues.get_mut(group) {
            queue.push_back(position);
        }
        group_of.push(group);
    }
    (queues, group_of)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    /// Runs positions of these groups; each takes so many milliseconds and may fail.
    fn run(work: &[(u8, u64, bool)], limit: usize) -> (Vec<usize>, Vec<usize>, Option<usize>) {
        let (started, finished) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let most = RefCell::new(0);
        let failed = paused(schedule(work.iter().map(|w| w.0), limit, |n| {
            started.borrow_mut().push(n);
            let at_once = started.borrow().len() - finished.borrow().len();
            let known = *most.borrow();
            *most.borrow_mut() = known.max(at_once);
            let finished = &finished;
            async move {
                tokio::time::sleep(Duration::from_millis(work[n].1)).await;
                finished.borrow_mut().push(n);
                !work[n].2
            }
        }));
        assert!(*most.borrow() <= limit.max(1));
        (started.into_inner(), finished.into_inner(), failed)
    }

    fn paused<T>(future: impl Future<Output = T>) -> T {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(future)
    }

    #[test]
    fn one_at_a_time_is_the_order_of_the_batch() {
        let work = [(1, 5, false), (2, 1, false), (1, 1, true), (3, 1, false)];
        let (started, _, failed) = run(&work, 1);
        assert_eq!((started, failed), (vec![0, 1, 2], Some(2)));
    }

    #[test]
    fn what_stands_before_a_failure_is_still_done() {
        // Position 2 fails at once, while group 1 has not come to position 1 yet.
        let work = [(1, 50, false), (1, 1, false), (2, 1, true), (1, 1, false)];
        let (started, _, failed) = run(&work, 4);
        assert_eq!((started, failed), (vec![0, 2, 1], Some(2)));
    }

    proptest! {
        #[test]
        fn a_checkpoint_loses_nothing_and_a_group_keeps_its_order(
            work in proptest::collection::vec((0u8..5, 0u64..30, proptest::bool::weighted(0.1)), 0..60),
            limit in 0usize..6,
        ) {
            let (started, finished, failed) = run(&work, limit);
            // Everything before the checkpoint is done and did not fail.
            let until = failed.unwrap_or(work.len());
            for (position, (_, _, fails)) in work.iter().enumerate().take(until) {
                prop_assert!(finished.contains(&position));
                prop_assert!(!fails);
            }
            if let Some(failed) = failed {
                prop_assert!(work[failed].2);
            }
            // Within a group: in order, nothing behind a failure.
            for group in 0..5 {
                let of_group: Vec<usize> =
                    started.iter().copied().filter(|n| work[*n].0 == group).collect();
                prop_assert!(of_group.is_sorted());
                let bad = of_group.iter().position(|n| work[*n].2);
                prop_assert!(bad.is_none_or(|n| n + 1 == of_group.len()));
            }
            // Nothing runs twice.
            let mut once = started.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), started.len());
        }
    }
}
