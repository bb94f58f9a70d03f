//! What administering people and seeing them have in common: finding users and groups, searching them and functions, and
//! how a function is printed in short. Its faces are `useradmin/v2` and `users/v2`.

pub mod access;
pub mod find;
pub mod function;
pub mod phone;
pub mod search;
