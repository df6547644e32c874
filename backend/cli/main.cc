#include <cstdio>

int main() { std::puts(DCIM_VERSION); }
