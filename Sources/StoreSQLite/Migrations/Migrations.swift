import Engine
import GRDB

/// Every change of the schema, in order. A migration that was released is never edited: it has run somewhere.
enum Migrations {
    static let all: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001", migrate: Migration0001.run)
        migrator.registerMigration("0002", migrate: Migration0002.run)
        migrator.registerMigration("0003", migrate: Migration0003.run)
        migrator.registerMigration("0004") { db in
            CrashPoint.migrating.reach()
            try Migration0004.run(db)
        }
        migrator.registerMigration("0005", migrate: Migration0005.run)
        migrator.registerMigration("0006", migrate: Migration0006.run)
        migrator.registerMigration("0007", migrate: Migration0007.run)
        migrator.registerMigration("0008", migrate: Migration0008.run)
        migrator.registerMigration("0011", migrate: Migration0011.run)
        return migrator
    }()
}
