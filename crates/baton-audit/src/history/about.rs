//! Whether dated files are of the company that other files are of.

use connector_core::{Context, Result};

use super::sums::History;
use crate::check::{Input, LoadedFile, strange};
use crate::identity::for_each_unordered;
use crate::source::OpenArgs;

impl History {
    /// Notes it when nobody in the newest file of a system is in the files that are looked at, and returns these notes. An
    /// HR system is compared with all HR files, an app with the files that are called as it is.
    ///
    /// # Errors
    /// When a dated file cannot be read.
    pub(crate) fn compare_with(&mut self, input: &Input, open: &OpenArgs) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for sync in &self.newest {
            let system = &self.systems[sync.system];
            let (who, others): (_, Vec<&LoadedFile>) = match system.is_hr {
                true => ("people", input.hr.iter().map(|hr| &hr.now).collect()),
                false => {
                    let apps = input.apps.iter();
                    let called = |app: &&LoadedFile| {
                        super::system_of(&app.source.path, None) == system.name
                            || app.is_called(|name| name == system.name)
                    };
                    ("accounts", apps.filter(called).collect())
                }
            };
            let shown: Vec<String> = others.iter().map(|it| it.source.shown()).collect();
            let (mut all, mut known) = (0_usize, false);
            if !others.iter().any(|it| !it.roster.is_empty()) {
                continue;
            }
            for_each_unordered(&sync.open(open)?, |it| {
                all += 1;
                known |= others.iter().any(|file| file.roster.get(&it.key).is_some());
                Ok(())
            })
            .during(format!("reading {}", sync.path.display()))?;
            if all > 0 && !known {
                let path = sync.path.display().to_string();
                notes.push(strange(&path, who, &shown.join(", ")));
            }
        }
        self.notes.extend_from_slice(&notes);
        Ok(notes)
    }
}
