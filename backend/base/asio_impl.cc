// The one translation unit that compiles Asio's and Beast's bodies; everywhere else only their declarations are seen.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
