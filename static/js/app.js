// Behaviours of every page; each binds itself by a data attribute.
