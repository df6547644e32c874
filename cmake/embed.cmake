# Writes OUT: a C++ source whose function dcim::NAME() gives the FILES as {name, text}. Called by dcim_embed.
set(text "#include \"base/embedded.h\"\n\nnamespace dcim {\nstd::span<const base::EmbeddedFile> ${NAME}() {\n  static constexpr base::EmbeddedFile kFiles[] = {\n")
foreach(file IN LISTS FILES)
  get_filename_component(short ${file} NAME)
  file(READ ${file} bytes)
  string(APPEND text "      {\"${short}\", R\"~~~~(${bytes})~~~~\"},\n")
endforeach()
string(APPEND text "  };\n  return kFiles;\n}\n}  // namespace dcim\n")
file(WRITE ${OUT} "${text}")
