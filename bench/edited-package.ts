/** Of the small package, one line of which is edited: `pyproject.toml`. */
export const editedPyproject = `[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "edited"
version = "1.0"
dependencies = ["numpy==2.4.6"]
`;
