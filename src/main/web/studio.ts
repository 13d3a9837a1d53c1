import './state/preferences';
import './app/app';
