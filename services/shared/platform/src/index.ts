// The door of @parallax/platform: the edge. One file or folder per outside system.
