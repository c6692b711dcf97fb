//! From a file or a request body to a [`NewArticle`]: front matter, HTML, dates, outlets.
