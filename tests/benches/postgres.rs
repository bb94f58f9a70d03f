//! Databases of their own on a PostgreSQL, where there is one.

use argus_core::config::Secret;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

/// A database that is gone when this is dropped.
pub struct Own {
    server: String,
    name: String,
}

/// A fresh database on the server of `ARGUS_TEST_POSTGRES`; nothing, and a word about it, where none answers.
pub fn fresh(purpose: &str) -> Option<Own> {
    let default = || "postgres://postgres@127.0.0.1:5432/postgres".to_owned();
    let server = std::env::var("ARGUS_TEST_POSTGRES").unwrap_or_else(|_| default());
    let name = format!("argus_bench_{}_{purpose}", std::process::id());
    let own = Own { server, name };
    if own.execute(&format!("CREATE DATABASE {} TEMPLATE template0", own.name)) {
        return Some(own);
    }
    println!("no PostgreSQL at {:?}: its part is left out", Secret::new(&own.server));
    None
}

impl Own {
    /// Its address.
    pub fn url(&self) -> String {
        let base = self.server.rsplit_once('/').map_or(self.server.as_str(), |(base, _)| base);
        format!("{base}/{}", self.name)
    }

    /// Its address, as SQLAlchemy writes it.
    pub fn sqlalchemy(&self) -> String {
        self.url().replacen("postgres://", "postgresql+asyncpg://", 1)
    }

    fn execute(&self, statement: &str) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let options = ConnectOptions::new(&self.server).sqlx_logging(false).to_owned();
            let Ok(admin) = Database::connect(options).await else { return false };
            admin.execute_unprepared(statement).await.is_ok()
        })
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}
