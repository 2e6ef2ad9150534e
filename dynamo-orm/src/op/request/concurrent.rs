//! Several calls at a time, but not too many.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Runs futures, at most `limit` at a time, and gives what they give in their order.
///
/// The next one is asked for when there is room for it.
pub(crate) async fn concurrently<F: Future>(
    limit: usize,
    futures: impl Iterator<Item = F>,
) -> Vec<F::Output> {
    let mut waiting = futures.enumerate();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::new();
    let mut done: Vec<(usize, F::Output)> = Vec::new();
    poll_fn(|cx| {
        loop {
            while running.len() < limit.max(1) {
                let Some((n, future)) = waiting.next() else {
                    break;
                };
                running.push((n, Box::pin(future)));
            }
            if running.is_empty() {
                return Poll::Ready(());
            }
            let before = done.len();
            running.retain_mut(|(n, future)| match future.as_mut().poll(cx) {
                Poll::Ready(output) => {
                    done.push((*n, output));
                    false
                }
                Poll::Pending => true,
            });
            if done.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await;
    done.sort_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, output)| output).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn never_more_than_the_limit_run_and_the_order_is_kept() {
        let (running, most) = (Cell::new(0), Cell::new(0));
        let futures = (0..10_u64).map(|n| {
            let (running, most) = (&running, &most);
            async move {
                running.set(running.get() + 1);
                most.set(most.get().max(running.get()));
                tokio::time::sleep(Duration::from_millis(100 - n)).await;
                running.set(running.get() - 1);
                n
            }
        });
        let done = concurrently(3, futures).await;
        assert_eq!(done, (0..10).collect::<Vec<_>>());
        assert_eq!((running.get(), most.get()), (0, 3));
    }
}
