//! The connector under test: its `script` setting decides what it does.

use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::id::{Cursor, EntitlementId, ResourceId, ResourceTypeId};
use connector_core::model::{
    EntitlementListing, EntitlementTemplate, Grant, GrantListing, Purpose, Resource, ResourceType,
    Status, StatusKind, Trait, TraitData, UserTrait,
};
use connector_core::spec::{App, ConnectorSpec, Field, Rule, Runtime, Settings};
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};
use secrecy::{ExposeSecret, SecretString};

pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");
pub(crate) const GROUP: ResourceTypeId = ResourceTypeId::new("group");

const URL: Field<String> = Field::new("lake-url")
    .display_name("Base URL")
    .description("Base URL of the <Lake> API")
    .placeholder("https://lake.example.com")
    .rules(&[Rule::Uri]);

const TOKEN: Field<SecretString> = Field::new("lake-token")
    .display_name("Token")
    .description("Token of the API")
    .rules(&[Rule::MinLen(4)]);

const REGION: Field<String> = Field::new("lake-region")
    .description("Where the lake is")
    .default("north")
    .rules(&[Rule::OneOf(&["north", "south"])]);

const DEPTH: Field<i64> = Field::new("lake-depth")
    .description("How deep to look")
    .default(10)
    .rules(&[Rule::AtLeast(1), Rule::AtMost(99)]);

const FROZEN: Field<bool> = Field::new("lake-frozen").description("Whether it is winter");

const BOATS: Field<Vec<String>> = Field::new("lake-boats").description("Boats to count");

const SCRIPT: Field<Option<String>> = Field::new("script")
    .description("What the connector does")
    .hidden();

/// The program `baton-lake`.
#[derive(Debug)]
pub(crate) struct Lake;

impl App for Lake {
    type Connector = LakeConnector;

    fn spec() -> ConnectorSpec {
        ConnectorSpec {
            name: "baton-lake",
            display_name: "Lake",
            version: "1.2.3",
            about: "Reads the people of a lake",
            help_url: Some("https://lake.example.com/docs?a=1&b=2"),
            fields: vec![
                URL.spec(),
                TOKEN.spec(),
                REGION.spec(),
                DEPTH.spec(),
                FROZEN.spec(),
                BOATS.spec(),
                SCRIPT.spec(),
            ],
            constraints: Vec::new(),
            resource_types: resource_types(),
        }
    }

    fn connect(settings: &Settings, runtime: &Runtime) -> Result<LakeConnector> {
        let token = settings.get(&TOKEN)?;
        assert!(!token.expose_secret().is_empty());
        assert_eq!(runtime.user_agent, "baton-lake/1.2.3");
        if settings.get(&URL)?.ends_with('/') {
            let problem = Error::new(ErrorKind::Setting, "the address ends with a slash");
            return Err(URL.error(problem));
        }
        let shown = format!(
            "region={} depth={} frozen={} boats={:?} timeout={:?} today={}",
            settings.get(&REGION)?,
            settings.get(&DEPTH)?,
            settings.get(&FROZEN)?,
            settings.get(&BOATS)?,
            runtime.request_timeout,
            runtime.today(),
        );
        Ok(LakeConnector {
            script: settings.get(&SCRIPT)?.unwrap_or_default(),
            token,
            shown,
        })
    }
}

fn resource_types() -> Vec<ResourceType> {
    let member = EntitlementTemplate {
        slug: "member",
        purpose: Purpose::Assignment,
        display_name: "{} member",
        description: "Member of {}",
        grantable_to: vec![USER],
    };
    vec![
        ResourceType::new(USER, "Person", Some(Trait::User)).permissions(["people:read"]),
        ResourceType::new(GROUP, "Crew", Some(Trait::Group))
            .entitlements(EntitlementListing::Templates(vec![member]))
            .grants(GrantListing::PerType),
    ]
}

#[derive(Debug)]
pub(crate) struct LakeConnector {
    script: String,
    token: SecretString,
    shown: String,
}

impl LakeConnector {
    /// The error that a script such as `fail:credential` asks for.
    fn scripted(&self) -> Result<()> {
        let kind = match self.script.strip_prefix("fail:") {
            None => return Ok(()),
            Some("credential") => ErrorKind::Credential,
            Some("permission") => ErrorKind::Permission,
            Some("not_found") => ErrorKind::NotFound,
            Some("rate_limited") => ErrorKind::RateLimited,
            Some("upstream") => ErrorKind::Upstream,
            Some("timeout") => ErrorKind::Timeout,
            Some("contract") => ErrorKind::Contract,
            Some(other) => panic!("no such script: {other}"),
        };
        Err(
            Error::new(kind, "the vendor answered\nno \u{1b}[31mway\u{202e}")
                .during("listing people")
                .hint("check the token")
                .caused_by(std::io::Error::other("a deeper cause")),
        )
    }

    fn person(id: &str, name: &str, kind: StatusKind) -> Resource {
        let data = TraitData::User(UserTrait::default());
        let mut person = Resource::new(ResourceId::new(USER, id), name, data);
        person.status = Some(Status::of(kind));
        person
    }
}

impl Connector for LakeConnector {
    async fn validate(&self) -> Result<Vec<Warning>> {
        tracing::trace!(target: "baton_lake", token = ?self.token, "probing");
        match self.script.as_str() {
            "settings" => Err(Error::new(ErrorKind::Setting, self.shown.clone())),
            "measure" => {
                let bytes = self.token.expose_secret().len();
                Err(Error::new(
                    ErrorKind::Setting,
                    format!("a token of {bytes} bytes"),
                ))
            }
            "hang" => std::future::pending().await,
            // A vendor that repeats what it was sent.
            "echo" => {
                tracing::debug!(target: "baton_lake", answer = self.token.expose_secret(), "probed");
                Ok(Vec::new())
            }
            "warn" => Ok(vec![
                Warning::new("leavers", "leavers may be missing\u{1b}[2J").example("unit 7"),
                Warning::note("source", "people come from the older list\u{1b}[2J"),
            ]),
            _ => Ok(Vec::new()),
        }
    }

    fn requests(&self) -> u64 {
        7
    }
}

impl ResourceLister for LakeConnector {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        tracing::trace!(target: "baton_lake", token = ?self.token, "sending a request");
        if *request.scope.resource_type() == GROUP {
            let crew = ResourceId::new(GROUP, "g1");
            page.push(Resource::new(crew, "Rowers", TraitData::Group))
                .await?;
            return Ok(None);
        }
        self.scripted()?;
        match self.script.as_str() {
            "empty" => return Ok(None),
            "hang-listing" => std::future::pending().await,
            "partial" if request.cursor.is_none() => page.warn(
                Warning::left_out("person-without-id", "people without an id were left out")
                    .times(2),
            ),
            "crowd" if request.cursor.is_none() => {
                for n in 0..30 {
                    let id = format!("crowd-{n:02}");
                    page.push(Self::person(&id, "Kit Berg", StatusKind::Enabled))
                        .await?;
                }
            }
            "block" => {
                tracing::info!(target: "baton_lake", "the listing blocks its thread");
                std::thread::sleep(std::time::Duration::from_secs(60));
            }
            _ => {}
        }
        if request.cursor.is_none() {
            page.push(Self::person("u1", "Maja Ode", StatusKind::Enabled))
                .await?;
            return Ok(Cursor::new("2"));
        }
        page.push(Self::person("u2", "Sam Lund", StatusKind::Disabled))
            .await?;
        Ok(None)
    }
}

impl EntitlementLister for LakeConnector {}

impl GrantLister for LakeConnector {
    async fn list_grants(&self, _: &PageRequest, page: &mut Page<Grant>) -> Result<Option<Cursor>> {
        if self.script == "hang-grants" {
            tracing::info!(target: "baton_lake", "the listing of grants hangs");
            std::future::pending::<()>().await;
        }
        page.push(Grant {
            entitlement: EntitlementId::new(ResourceId::new(GROUP, "g1"), "member"),
            principal: ResourceId::new(USER, "u1"),
        })
        .await?;
        Ok(None)
    }
}
