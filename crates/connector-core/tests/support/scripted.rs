//! A vendor whose answers are scripted.

use std::collections::HashMap;
use std::sync::Mutex;

use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister, Scope,
};
use connector_core::id::{Cursor, EntitlementId, ResourceId};
use connector_core::model::{
    Entitlement, EntitlementListing, EntitlementTemplate, Grant, GrantListing, Purpose, Resource,
    ResourceType, Trait, TraitData, UserTrait,
};
use connector_core::store::Rows;
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};

use super::{TEAM, USER};

/// One scripted answer.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Rows by id and the next cursor.
    Page(Vec<&'static str>, Option<&'static str>),
    /// Rows that do not count, then rows that do.
    Broken(Vec<&'static str>, Vec<&'static str>),
    Fail(ErrorKind),
    Hang,
    Panic,
}

/// A vendor that answers by listing (`user`, `team`, `grants team:a`, …) and cursor.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    pub(crate) types: Vec<ResourceType>,
    pub(crate) answers: HashMap<(String, String), Answer>,
    pub(crate) asked: Mutex<Vec<String>>,
    pub(crate) invalid: Option<ErrorKind>,
}

impl Scripted {
    /// Users in pages, one team after them with templates and grants per team.
    pub(crate) fn company() -> Self {
        let member = EntitlementTemplate {
            slug: "member",
            purpose: Purpose::Assignment,
            display_name: "{} member",
            description: "Member of {}",
            grantable_to: vec![USER],
        };
        let types = vec![
            ResourceType::new(USER, "User", Some(Trait::User)),
            ResourceType::new(TEAM, "Team", Some(Trait::Group))
                .entitlements(EntitlementListing::Templates(vec![member]))
                .grants(GrantListing::PerResource),
        ];
        let mut it = Self {
            types,
            ..Self::default()
        };
        it.on("user", "", Answer::Page(vec!["1", "2"], Some("p2")));
        it.on("user", "p2", Answer::Page(vec![], Some("p3")));
        it.on("user", "p3", Answer::Page(vec!["3"], None));
        it.on("team", "", Answer::Page(vec!["a", "b"], None));
        it.on("grants team:a", "", Answer::Page(vec!["1"], Some("g2")));
        it.on("grants team:a", "g2", Answer::Page(vec!["2"], None));
        it.on("grants team:b", "", Answer::Page(vec!["3"], None));
        it
    }

    pub(crate) fn on(&mut self, listing: &str, cursor: &str, answer: Answer) {
        self.answers
            .insert((listing.to_owned(), cursor.to_owned()), answer);
    }

    async fn answer<T>(
        &self,
        listing: String,
        request: &PageRequest,
        page: &mut Page<T>,
        row: impl Fn(&str) -> T,
    ) -> Result<Option<Cursor>>
    where
        Vec<T>: Into<Rows>,
    {
        let cursor = request
            .cursor
            .as_ref()
            .map_or("", |c| c.as_str())
            .to_owned();
        self.asked
            .lock()
            .unwrap()
            .push(format!("{listing} {cursor}").trim_end().to_owned());
        let answer = self
            .answers
            .get(&(listing, cursor))
            .cloned()
            .unwrap_or(Answer::Fail(ErrorKind::NotFound));
        match answer {
            Answer::Page(ids, next) => {
                for id in ids {
                    page.push(row(id)).await?;
                }
                Ok(next.and_then(Cursor::new))
            }
            Answer::Broken(lost, ids) => {
                for id in lost {
                    page.push(row(id)).await?;
                }
                page.restart().await?;
                for id in ids {
                    page.push(row(id)).await?;
                }
                Ok(None)
            }
            Answer::Fail(kind) => Err(Error::new(kind, "scripted")),
            Answer::Hang => std::future::pending().await,
            Answer::Panic => panic!("scripted"),
        }
    }
}

impl ResourceLister for Scripted {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let of = request.scope.resource_type().clone();
        let kind = self.types.iter().find(|t| t.id == of).and_then(|t| t.kind);
        let (listing, parent) = match &request.scope {
            Scope::Children { child, parent } => {
                (format!("{child} of {parent}"), Some(parent.clone()))
            }
            scope => (scope.resource_type().to_string(), None),
        };
        self.answer(listing, request, page, |id| {
            let data = match kind {
                Some(Trait::User) => TraitData::User(UserTrait::default()),
                Some(_) => TraitData::Group,
                None => TraitData::None,
            };
            // A leading `!` asks for a row of the wrong kind.
            let data = if id.starts_with('!') {
                TraitData::App
            } else {
                data
            };
            let id = if id == "-" { "" } else { id };
            let mut r = Resource::new(ResourceId::new(of.clone(), id), &format!("{of} {id}"), data);
            r.parent.clone_from(&parent);
            r
        })
        .await
    }
}

impl EntitlementLister for Scripted {
    async fn list_entitlements(
        &self,
        request: &PageRequest,
        page: &mut Page<Entitlement>,
    ) -> Result<Option<Cursor>> {
        let Scope::Resource(on) = request.scope.clone() else {
            unreachable!("per resource")
        };
        self.answer(format!("entitlements {on}"), request, page, |slug| {
            Entitlement {
                id: EntitlementId::new(on.clone(), slug.to_owned()),
                resource_name: String::new(),
                display_name: slug.to_owned(),
                description: String::new(),
                purpose: Purpose::Permission,
                grantable_to: vec![USER],
            }
        })
        .await
    }
}

impl GrantLister for Scripted {
    async fn list_grants(
        &self,
        request: &PageRequest,
        page: &mut Page<Grant>,
    ) -> Result<Option<Cursor>> {
        let Scope::Resource(on) = request.scope.clone() else {
            unreachable!("per resource")
        };
        self.answer(format!("grants {on}"), request, page, |id| Grant {
            entitlement: EntitlementId::new(on.clone(), "member"),
            principal: ResourceId::new(USER, id),
        })
        .await
    }
}

impl Connector for Scripted {
    async fn validate(&self) -> Result<Vec<Warning>> {
        match self.invalid {
            Some(kind) => Err(Error::new(kind, "not valid")),
            None => Ok(vec![Warning::new("probe", "something is off")]),
        }
    }

    fn requests(&self) -> u64 {
        self.asked.lock().unwrap().len() as u64
    }
}
