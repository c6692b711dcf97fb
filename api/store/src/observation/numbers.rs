//! Numbers in place of ids, so that a million positions fit into memory and can be counted fast.

use foldhash::fast::FixedState;
use std::collections::HashMap;
use uuid::Uuid;

/// Numbers ids from 0 in the order in which they first come.
#[derive(Default)]
pub(super) struct Numbers {
    known: HashMap<Uuid, u32, FixedState>,
    pub(super) ids: Vec<Uuid>,
    last: Option<(Uuid, u32)>,
}

impl Numbers {
    /// The number of an id, a new one where it comes for the first time.
    pub(super) fn of(&mut self, id: Uuid) -> u32 {
        // Positions of one article come one after the other.
        if let Some((last, number)) = self.last
            && last == id
        {
            return number;
        }
        let number = *self.known.entry(id).or_insert_with(|| {
            self.ids.push(id);
            (self.ids.len() - 1) as u32
        });
        self.last = Some((id, number));
        number
    }

    /// For each number, the place of its id in another order.
    pub(super) fn places(&self, order: impl Iterator<Item = Uuid>) -> Vec<u32> {
        let mut places = vec![0; self.ids.len()];
        for (place, id) in (0..).zip(order) {
            if let Some(number) = self.known.get(&id) {
                places[*number as usize] = place;
            }
        }
        places
    }
}

/// Numbers anew in the order of first use, so that numbers do not depend on the order of rows.
pub(super) struct Renumbered {
    pub(super) places: Vec<u32>,
    next: u32,
}

impl Renumbered {
    pub(super) fn new(count: usize) -> Renumbered {
        Renumbered {
            places: vec![u32::MAX; count],
            next: 0,
        }
    }

    /// The new number of one of the old.
    pub(super) fn of(&mut self, number: u32) -> u32 {
        let place = &mut self.places[number as usize];
        if *place == u32::MAX {
            *place = self.next;
            self.next += 1;
        }
        *place
    }
}
