//! Joins the client and the roster into the connector the engine drives.

use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::id::Cursor;
use connector_core::model::Resource;
use connector_core::warning::Warning;
use connector_core::{Error, Result};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::sync::Mutex;

use crate::client::CircleCiClient;
use crate::model::Next;
use crate::roster::Roster;
use crate::users;
use crate::validate;

/// The most account requests under way at once.
const LOOKUPS: usize = 4;

/// CircleCI, as the engine sees it.
///
/// The members of one process are remembered, so that a person who is listed again, on another page or in the
/// second private listing, becomes one user.
#[derive(Debug)]
pub struct CircleCiConnector {
    client: CircleCiClient,
    roster: Mutex<Roster>,
    /// The token's user, known once validation has run.
    owner: Mutex<Option<String>>,
}

impl CircleCiConnector {
    pub(crate) fn new(client: CircleCiClient) -> Self {
        Self {
            client,
            roster: Mutex::default(),
            owner: Mutex::default(),
        }
    }

    /// Asks for the accounts of members that lack a login or a name.
    async fn look_up(
        &self,
        roster: &mut Roster,
        ids: &[String],
        page: &mut Page<Resource>,
    ) -> Result<()> {
        let lacking = ids
            .iter()
            .filter(|id| roster.get(id).is_some_and(|m| m.lacks_detail()));
        let lookups: Vec<_> = lacking
            .map(|id| async { Ok::<_, Error>((id.clone(), self.client.account(id).await?)) })
            .collect();
        let accounts: Vec<_> = stream::iter(lookups)
            .buffered(LOOKUPS)
            .try_collect()
            .await?;
        for (id, account) in accounts {
            if account.is_none() {
                let message =
                    "accounts could not be looked up; these members keep what the member list says";
                page.warn(Warning::unread("account-unreadable", message).example(&id));
            }
            if let Some(known) = roster.get_mut(&id) {
                known.add_account(account);
            }
        }
        Ok(())
    }

    /// The token's user is a member, unless the list is not that of the whole organization.
    async fn check_owner(&self, roster: &Roster, page: &mut Page<Resource>) {
        let owner = self.owner.lock().await.clone();
        if let Some(owner) = owner.filter(|id| roster.complete && !roster.has(id)) {
            let message = "the token's own user is not in the member list, which may therefore not be complete";
            page.warn(Warning::left_out("token-user-not-listed", message).example(owner));
        }
    }
}

impl ResourceLister for CircleCiConnector {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let at: Option<Next> = request.cursor.as_ref().map(Cursor::decode).transpose()?;
        let mut roster = self.roster.lock().await;
        let found = match &at {
            Some(next) => self.client.page(next).await?,
            None => {
                *roster = Roster::start();
                self.client.first_page().await?
            }
        };
        let added = roster.add(found.members)?;
        for warning in added.warnings.iter() {
            // The two private listings repeat each other's members, so this is no reason to warn.
            if !(found.private && warning.code == "member-repeated") {
                page.warn(warning.clone());
            }
        }
        self.look_up(&mut roster, &added.ids, page).await?;
        for known in added.ids.iter().filter_map(|id| roster.get(id)) {
            page.push(users::user(known)).await?;
        }
        if found.next.is_none() {
            self.check_owner(&roster, page).await;
        }
        found.next.as_ref().map(Cursor::encode).transpose()
    }
}

impl EntitlementLister for CircleCiConnector {}

impl GrantLister for CircleCiConnector {}

impl Connector for CircleCiConnector {
    async fn validate(&self) -> Result<Vec<Warning>> {
        let (owner, source) = validate::validate(&self.client).await?;
        *self.owner.lock().await = Some(owner);
        Ok(vec![source])
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}
