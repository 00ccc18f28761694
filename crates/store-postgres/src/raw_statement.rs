//! Statements that the query builder has no words for, and that are run often
//! enough to be prepared once per connection (`sql_query` prepares each time).

/// Makes a type for a statement with numbered parameters, in the order of its fields:
/// `struct Name<'a> { field: RustType as SqlType, … } -> (SqlTypes) = "SQL"`.
macro_rules! raw_statement {
    (
        $(#[$doc:meta])*
        struct $name:ident $(<$life:lifetime>)? { $($field:ident: $rust:ty as $bind:ty),* $(,)? }
        -> $row:ty = $sql:expr
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name $(<$life>)? {
            $(pub(crate) $field: $rust,)*
        }

        impl $(<$life>)? diesel::query_builder::Query for $name $(<$life>)? {
            type SqlType = $row;
        }

        impl $(<$life>)? diesel::query_builder::QueryId for $name $(<$life>)? {
            type QueryId = raw_statement!(@static $name $($life)?);
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl $(<$life>)? diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name $(<$life>)? {
            fn walk_ast<'walk>(
                &'walk self,
                mut pass: diesel::query_builder::AstPass<'_, 'walk, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                pass.push_sql($sql);
                $(pass.push_bind_param_value_only::<$bind, _>(&self.$field)?;)*
                Ok(())
            }
        }
    };
    (@static $name:ident $life:lifetime) => { $name<'static> };
    (@static $name:ident) => { $name };
}

pub(crate) use raw_statement;
