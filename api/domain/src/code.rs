//! The closed lists of codes that records carry, each with its spelling outside Rust.

/// A code that is none of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is no {what}; use one of: {allowed}")]
pub struct UnknownCode {
    /// What was being read, e.g. `act`.
    pub what: &'static str,
    /// What was given.
    pub value: String,
    /// Every allowed spelling, separated by commas.
    pub allowed: String,
}

/// Declares an enum whose values are spelled in one place for SQL, JSON, CSV and the command line.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$vmeta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The spelling used in SQL, JSON, CSV and on the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownCode;

            fn from_str(value: &str) -> Result<Self, UnknownCode> {
                $name::ALL.iter().copied().find(|code| code.as_str() == value).ok_or_else(|| UnknownCode {
                    what: $what,
                    value: value.to_owned(),
                    allowed: $name::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

codes! {
    /// What a speaker does with the words; PLOVER's verbal classes, see the coding guidelines.
    Act, "act" {
        /// Assesses, describes or explains without any of the others.
        State = "state",
        /// Agrees, accepts, welcomes, endorses.
        Support = "support",
        /// Promises, offers or announces own action.
        Commit = "commit",
        /// Asks, urges, proposes or demands that others act.
        Request = "request",
        /// Refuses, rules out, dismisses.
        Reject = "reject",
        /// Blames or criticises another.
        Accuse = "accuse",
        /// Denies a charge or an intention.
        Deny = "deny",
        /// Warns of own or allied consequences, sets an ultimatum.
        Threaten = "threaten",
    }
}

codes! {
    /// How much of a statement's content stands in quotation marks.
    Mode, "mode" {
        /// All of it.
        Direct = "direct",
        /// A part of it.
        Mixed = "mixed",
        /// None of it.
        Indirect = "indirect",
    }
}

codes! {
    /// A stance towards an issue's proposition; never sentiment.
    Stance, "stance" {
        /// Rejects, resists or condemns the proposition: -1.
        Oppose = "oppose",
        /// Speaks about it without taking a side: 0.
        Neutral = "neutral",
        /// Wants, defends, demands or promises it: +1.
        Support = "support",
    }
}

impl Stance {
    /// The number on the scale {-1, 0, +1}.
    pub const fn value(self) -> i8 {
        match self {
            Stance::Oppose => -1,
            Stance::Neutral => 0,
            Stance::Support => 1,
        }
    }

    /// The stance of a number's sign.
    pub const fn from_value(value: i8) -> Stance {
        match value {
            i8::MIN..=-1 => Stance::Oppose,
            0 => Stance::Neutral,
            1..=i8::MAX => Stance::Support,
        }
    }
}

codes! {
    /// What kind of side a party is.
    PartyKind, "party kind" {
        /// A state, recognised or not.
        State = "state",
        /// An international or regional organisation with members and offices.
        Organisation = "organisation",
        /// A negotiating bloc or group of states.
        Bloc = "bloc",
        /// A movement, armed group or campaign.
        Movement = "movement",
        /// A political party or a faction inside a side.
        Faction = "faction",
        /// Anything else that negotiates.
        Other = "other",
    }
}

codes! {
    /// What kind of speaker an actor is.
    ActorKind, "actor kind" {
        /// One human being, known by name.
        Person = "person",
        /// A body that speaks: a government, a ministry, a delegation, allies.
        Collective = "collective",
        /// Somebody who is told only by role, e.g. "a senior US official".
        Unnamed = "unnamed",
    }
}

codes! {
    /// Whether a meeting took place, as the articles tell it.
    MeetingStatus, "meeting status" {
        /// It took place or is under way.
        Held = "held",
        /// It is announced.
        Planned = "planned",
        /// It was called off.
        Cancelled = "cancelled",
    }
}

codes! {
    /// What a revision did to the record set.
    Change, "change" {
        /// An article and its records were stored.
        ArticleAdded = "article-added",
        /// An article was deleted and its records superseded.
        ArticleDeleted = "article-deleted",
        /// Somebody said that two names stand for one.
        Merged = "merged",
        /// Somebody said that what certain articles tell of one name belongs to another.
        Split = "split",
        /// Somebody took a merge back.
        Restored = "restored",
    }
}

codes! {
    /// Whose names people can merge and split.
    NameKind, "kind of name" {
        /// A speaker.
        Actor = "actor",
        /// A side.
        Party = "party",
        /// A round of talks.
        Meeting = "meeting",
    }
}

codes! {
    /// What a key of the API may do. Each scope includes those before it.
    Scope, "scope" {
        /// Read records and comparisons.
        Read = "read",
        /// Send articles, to be stored or only parsed.
        Ingest = "ingest",
        /// Correct the record set: delete articles, merge and split names.
        Review = "review",
        /// See who changed what.
        Admin = "admin",
    }
}
